/** `steward discover` against the simulated building, on its real sockets. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { FoundDevice } from '@steward/shared/discovery'
import { DeviceProposal } from '@steward/shared/model'
import { ProposedLink } from '@steward/shared/topology'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { type Building, hasManyAddresses, ports, startBuilding } from '../simulators/index.ts'

const steward = join(import.meta.dirname, '..', '..', 'steward.js')
const net = 35
const Report = z.object({
  network: z.string(),
  ended: z.enum(['done', 'cancelled']),
  devices: z.array(FoundDevice.extend({ proposal: DeviceProposal })),
  links: z.array(ProposedLink),
})

/** The simulated devices listen at ports of their own. */
const portOptions = Object.entries(ports).flatMap(([protocol, port]) => ['--port', `${protocol}:${port}`])

function start(...args: string[]) {
  const child = spawn(process.execPath, [steward, 'discover', ...args, '--data', '/nowhere/agent'], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const ended = Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')])
  return { child, ended: ended.then(([out, err, [status]]) => ({ out, err, status })) }
}

const run = (...args: string[]) => start(...args).ended

describe.runIf(await hasManyAddresses(net))('steward discover', () => {
  let building: Building
  beforeAll(async () => {
    building = await startBuilding({ net })
  })
  afterAll(() => building.close())

  test('finds every device of the building, says what it is and who needs whom', async () => {
    const { out, err, status } = await run(
      ...[`127.${net}.0.0/26`, '--json', '--rate', '2000', '--community', 'building-ro'],
      ...portOptions,
    )
    expect({ err, status }).toEqual({ err: '', status: 0 })
    const { ended, devices, links } = Report.parse(JSON.parse(out))
    expect(ended).toBe('done')
    expect(devices.map((it) => it.address).sort()).toEqual(building.devices.map((it) => it.address).sort())
    expect(out).not.toContain('building-ro')
    const of = (id: string) => devices.find((it) => it.address === building.devices.find((d) => d.id === id)?.address)
    expect(of('edge-1')).toMatchObject({ kind: 'switch', identity: { name: 'edge-1' } })
    expect(of('cam-01')).toMatchObject({
      kind: 'camera',
      connections: [{ driver: 'onvif', port: ports.onvif }],
      proposal: { id: 'cam-01', system: 'cctv', function: 'cctv/view', needs: [['edge-1']] },
    })
    expect(links.find((it) => it.device === 'cam-01')).toMatchObject({ needs: [['edge-1']], confidence: 'high' })
    expect(of('cam-01')?.evidence.map((it) => it.by)).toEqual(['onvif', 'rtsp', 'tcp', 'tcp'])
    expect(of('nvr-1')?.connections[0]).toMatchObject({ driver: 'onvif' })
    expect(of('chiller-1')).toMatchObject({ kind: 'chiller', identity: { model: 'SIM-CHILLER' } })
    expect(of('meter-1')?.proposal.function).toBe('bas/metering')
    expect(of('ups-1')?.proposal).toMatchObject({ kind: 'ups', function: 'power/backup' })
    expect(of('door-1')?.connections[0]).toMatchObject({ driver: 'http', port: ports.http })
    expect(of('core-1')?.evidence[0]?.text).toMatchObject({
      en: expect.stringMatching(/SNMP v3/),
      zh: expect.stringMatching(/口令/),
    })
  })

  test('writes a table for people', async () => {
    const { out, status } = await run(`127.${net}.0.0/27`, '--rate', '2000', ...portOptions)
    expect(status).toBe(0)
    expect(out).toMatch(/^127\.35\.0\.0\/27: \d+ found in /)
    expect(out).toMatch(/127\.35\.0\.16 +camera .*onvif:18080/)
  })

  test('Ctrl-C ends it at once and shows what was found', async () => {
    const server = createServer()
    server.listen(0, `127.${net}.200.1`)
    await once(server, 'listening')
    const knocked = once(server, 'connection')
    const address = server.address()
    const port = address !== null && typeof address === 'object' ? address.port : 0
    const { child, ended } = start(`127.${net}.200.0/21`, '--json', '--rate', '500', '--port', `tcp:${port}`)
    await knocked
    child.kill('SIGINT')
    const { out, status } = await ended
    server.close()
    expect(status).toBe(130)
    expect(Report.parse(JSON.parse(out)).ended).toBe('cancelled')
  })
})

describe('refuses with one line', () => {
  test.each([
    [['10.0.0.0/8'], 2, /at most a \/16/],
    [['8.8.8.0/24'], 1, /outside the networks/],
    [['fd00::/64'], 2, /is IPv6, whose networks are too large/],
    [['cam-07'], 2, /Write a network/],
    [['127.35.0.0/30', '--rate', '0'], 2, /1 to 2000/],
    [['127.35.0.0/30', '--port', 'telnet:23'], 2, /protocol and a port/],
    [[], 2, /network/],
  ])('%j', async (args, expected, message) => {
    const { out, err, status } = await run(...args)
    expect({ out, status }).toEqual({ out: '', status: expected })
    expect(err).toMatch(message)
    expect(err.trim().split('\n')).toHaveLength(1)
  })
})
