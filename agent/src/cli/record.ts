/** `steward record`: walks a device into a recording that can be given away, with what the agent reads from it. */
import { existsSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isStewardError, StewardError } from '@steward/shared/errors'
import { Slug } from '@steward/shared/model'
import { Command } from 'commander'
import { type DeviceSecret, loadProfiles, recordSnmp, type SnmpRecording } from '../drivers/index.ts'
import { profilesFolder } from '../profiles-folder.ts'
import { readCredentials, resolved } from './probe.ts'
import { reportOf } from './probe-report.ts'
import { addressOf, parseTarget } from './probe-target.ts'

const progressEveryMs = 2000

type RecordOptions = {
  out: string
  name?: string
  credentials?: string
  timeout: string
  maxValues: string
  maxSeconds: string
  profiles?: string
}

export function recordCommand(): Command {
  const command = new Command('record')
    .description('walk one SNMP device into an anonymised recording with what is read from it, ready to be a test')
    .argument('<target>', 'whom to walk, as for steward probe: snmp://, snmpv1:// or snmpv3://')
    .option('--out <folder>', 'where the two files go', '.')
    .option('--name <name>', 'what the files are called; left out: vendor and model')
    .option('--credentials <file>', 'secrets from a file, or "-" for standard input, as for steward probe')
    .option('--timeout <ms>', 'wait this long for each answer', '2000')
    .option('--max-values <count>', 'end after this many values', '100000')
    .option('--max-seconds <s>', 'give up after this long', '600')
    .option('--profiles <folder>', 'device profiles from another folder')
    .addHelpText('after', `\n${help}`)
  return command.action(async (target: string, options: RecordOptions) => {
    try {
      await record(target, options)
    } catch (error) {
      if (isStewardError(error, 'input/invalid')) command.error(error.message, { exitCode: 2, code: error.code })
      throw error
    }
  })
}

const help = `Writes NAME.snmprec, as snmpsim serves it, and NAME.expected.json, what steward probe says of it. Serial numbers, MAC and IP
addresses, names, locations, contacts and the community are replaced by others of the same kind and length, the same everywhere
in one recording and others in the next; models, versions and values stay. Not walked: SNMP's own tables, running programs,
outputs of scripts, open connections. Look the file through before you give it away: makers put names into texts of their own.
Only SNMP is recorded; of Modbus, ONVIF, BACnet and HTTP devices keep what steward probe --json prints.

Example:
  steward record snmp://public@10.0.4.2 --out recordings --name ups-lobby`

async function record(text: string, options: RecordOptions): Promise<void> {
  const target = parseTarget(text)
  const { connection } = target
  if (connection.driver !== 'snmp')
    throw new StewardError('input/invalid', `Only SNMP devices are recorded; ${connection.driver} is not.`)
  const timeoutMs = whole('--timeout', options.timeout, 50, 60_000)
  const maxValues = whole('--max-values', options.maxValues, 1, 1_000_000)
  const maxSeconds = whole('--max-seconds', options.maxSeconds, 1, 86_400)
  if (options.name !== undefined && !Slug.safeParse(options.name).success)
    throw new StewardError('input/invalid', '--name takes small letters, digits and dashes, for example ups-lobby.')
  const typed: DeviceSecret = options.credentials === undefined ? {} : await readCredentials(options.credentials)
  const { profiles } = loadProfiles(options.profiles === undefined ? profilesFolder() : resolved(options.profiles))
  const secret = { ...target.secret, ...typed }
  const given = Object.keys(secret).length === 0 ? null : secret
  const of = { device: 'recorded', address: await addressOf(target.host), connection, secret: given }
  const stopped = new AbortController()
  const stop = (): void => stopped.abort()
  process.once('SIGINT', stop)
  process.once('SIGTERM', stop)
  const late = AbortSignal.timeout(maxSeconds * 1000)
  try {
    const signal = AbortSignal.any([stopped.signal, late])
    const recording = await recordSnmp(of, profiles, { timeoutMs, signal, maxValues, onProgress: teller() })
    await keep(recording, options)
  } catch (error) {
    if (stopped.signal.aborted) throw new StewardError('input/invalid', 'Given up; nothing was written.')
    if (late.aborted)
      throw new StewardError(
        'driver/timeout',
        `Not done after ${maxSeconds} s; nothing was written. Allow more with --max-seconds.`,
      )
    throw error
  } finally {
    process.off('SIGINT', stop)
    process.off('SIGTERM', stop)
  }
}

async function keep(recording: SnmpRecording, options: RecordOptions): Promise<void> {
  const folder = resolved(options.out)
  const { vendor = 'device', model = '' } = recording.reading.identity ?? {}
  const name = options.name ?? (slugOf(`${vendor} ${model}`) || 'device')
  const [walk, expected] = [join(folder, `${name}.snmprec`), join(folder, `${name}.expected.json`)]
  const there = [walk, expected].find((it) => existsSync(it))
  if (there !== undefined) throw new StewardError('input/invalid', `${there} is there already; choose another --name.`)
  const report = { ...reportOf(name, recording.reading, 0), tookMs: 0 }
  try {
    await mkdir(folder, { recursive: true })
    await writeFile(walk, recording.snmprec, 'latin1')
    await writeFile(expected, `${JSON.stringify(report, null, 2)}\n`)
  } catch (error) {
    throw new StewardError(
      'input/invalid',
      `${folder} cannot be written to: ${error instanceof Error ? error.message : ''}`,
    )
  }
  const cut = recording.cutAt === null ? '' : `, cut at ${recording.cutAt} (--max-values)`
  process.stdout.write(`${walk}: ${recording.values} values${cut}\n${expected}: ${report.points.length} points\n`)
}

/** Says now and then on the error channel how far it is. */
function teller(): (values: number, at: string) => void {
  let toldAtMs = performance.now()
  return (values, at) => {
    if (performance.now() - toldAtMs < progressEveryMs) return
    toldAtMs = performance.now()
    process.stderr.write(`${values} values, at ${at}\n`)
  }
}

function slugOf(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '')
    .slice(0, 60)
}

function whole(option: string, text: string, least: number, most: number): number {
  const value = Number(text)
  if (Number.isInteger(value) && value >= least && value <= most) return value
  throw new StewardError('input/invalid', `${option} takes ${least} to ${most}.`)
}
