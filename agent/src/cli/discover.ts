/** `steward discover`: who is in a network, and how each could be looked after. */
import { completed, proposeDevices } from '@steward/shared/discovery'
import { isStewardError, StewardError } from '@steward/shared/errors'
import { DiscoveryPort, DiscoveryRequest } from '@steward/shared/model'
import { Command, InvalidArgumentError } from 'commander'
import { type Progress, search } from '../discovery/index.ts'
import { createDrivers, loadDeviceProfiles } from '../drivers/index.ts'
import type { Environment } from '../main.ts'
import { profilesFolder } from '../profiles-folder.ts'
import { makeNetworkGate, ownAddresses, readAgentFile, readCommunities } from '../vault/index.ts'
import { type DiscoverReport, reportOf, textOf } from './discover-report.ts'
import { dataOption, network } from './options.ts'

type Options = { json?: boolean; data: string; rate: number; port?: DiscoveryPort[]; community?: string[] }

/** Where a machine that is no agent may search: networks that are nobody else's (RFC 1918, RFC 6598), and itself. */
const privateNetworks = ['10.0.0.0/8', '172.16.0.0/12', '192.168.0.0/16', '100.64.0.0/10', '127.0.0.0/8']
const defaultRate = 300
const maxCommunities = 5

const examples = `
It only reads: it connects to ports, asks SNMP, ONVIF, Modbus and web servers who they are, and writes nothing.
On the machine of an agent only the networks that the agent may dial are searched. Ctrl-C ends it and shows what was found.

Examples:
  steward discover 192.168.1.0/24
  steward discover 192.168.1.0/24 --community building-ro --json
  steward discover 10.20.0.0/16 --rate 100
  steward discover 10.0.4.0/24 --port onvif:8899 --port modbus:1502`

export function discoverCommand(environment: Environment): Command {
  return new Command('discover')
    .description('find devices in a network and say what they are')
    .argument('<network>', 'which addresses, as 192.168.1.0/24; at most a /16', (it) => network(it)[0] ?? it)
    .option('--json', 'print one JSON object')
    .option('--community <word>', 'try this SNMP community as well as public; may be repeated', gathered)
    .option('--rate <packets>', 'send at most this many packets a second', rate, defaultRate)
    .option('--port <protocol:port>', 'knock here too: snmp, onvif, modbus, http, https, rtsp, bacnet, tcp', extraPort)
    .addOption(dataOption(environment))
    .addHelpText('after', examples)
    .action((where: string, options: Options) => discoverHere(where, options))
}

async function discoverHere(where: string, options: Options): Promise<void> {
  const request = DiscoveryRequest.parse({
    network: where,
    ports: options.port ?? [],
    packetsPerSecond: options.rate,
  })
  const stopped = new AbortController()
  const stop = (): void => stopped.abort()
  process.once('SIGINT', stop)
  process.once('SIGTERM', stop)
  const started = performance.now()
  const agent = readAgentFile(options.data)
  const policy = agent ?? { allow: privateNetworks, allowLoopback: true }
  const kept = agent === null ? [] : readCommunities(options.data).words
  try {
    const { devices: found, ended } = await search({
      request,
      drivers: createDrivers(loadDeviceProfiles(profilesFolder()).profiles),
      allow: policy.allow,
      gate: makeNetworkGate(policy, ownAddresses),
      communities: [...new Set(['public', ...kept, ...(options.community ?? [])])],
      known: new Map(),
      signal: stopped.signal,
      onProgress: options.json === true ? quiet : progressLine,
    })
    clearProgress()
    const devices = await completed(found)
    const tookMs = Math.round(performance.now() - started)
    print(reportOf({ network: request.network, ended, tookMs }, devices, proposeDevices(devices, nothingYet)), options)
    if (ended === 'cancelled') process.exitCode = 130
  } catch (error) {
    clearProgress()
    if (isStewardError(error, 'config/address-not-allowed') && agent !== null) {
      throw new StewardError(error.code, `${error.message} They were set when this agent was enrolled.`)
    }
    throw error
  } finally {
    process.off('SIGINT', stop)
    process.off('SIGTERM', stop)
  }
}

const nothingYet = { systems: [], devices: [] }
const quiet = (): void => undefined

function print(report: DiscoverReport, { json }: Options): void {
  process.stdout.write(json === true ? `${JSON.stringify(report, null, 2)}\n` : textOf(report))
}

/** One line that changes in place, for a person who waits. */
function progressLine({ asked, toAsk, found }: Progress): void {
  if (process.stderr.isTTY !== true) return
  const percent = toAsk === 0 ? 100 : Math.floor((asked / toAsk) * 100)
  process.stderr.write(`\r\u001b[K${percent} %, ${found} found (Ctrl-C ends it)`)
}

function clearProgress(): void {
  if (process.stderr.isTTY === true) process.stderr.write('\r\u001b[K')
}

function gathered(word: string, before: string[] = []): string[] {
  if (before.length >= maxCommunities)
    throw new InvalidArgumentError(`At most ${maxCommunities} communities are tried.`)
  if (word === '' || word.length > 255) throw new InvalidArgumentError('A community has 1 to 255 characters.')
  return [...before, word]
}

function rate(text: string): number {
  const parsed = DiscoveryRequest.shape.packetsPerSecond.safeParse(/^\d+$/.test(text) ? Number(text) : Number.NaN)
  if (parsed.success) return parsed.data
  throw new InvalidArgumentError('Write 1 to 2000 packets a second.')
}

function extraPort(text: string, before: DiscoveryPort[] = []): DiscoveryPort[] {
  const [protocol, port = ''] = text.split(':')
  const parsed = DiscoveryPort.safeParse({ protocol, port: /^\d+$/.test(port) ? Number(port) : Number.NaN })
  if (parsed.success && before.length < 20) return [...before, parsed.data]
  throw new InvalidArgumentError('Write a protocol and a port, for example onvif:8899; at most 20 of them.')
}
