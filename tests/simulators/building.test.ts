import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { connect } from 'node:net'
import { promisify } from 'node:util'
import { ApplyDocument } from '@steward/shared/api'
import { createDiagnosis, type FaultEvent, SiteModel } from '@steward/shared/diagnosis'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { findProgram } from '../requirements.ts'
import { until } from '../until.ts'
import { applyDocument, type Building, describeBuilding, ports, startBuilding } from './index.ts'

/** Not spawnSync: the devices answer in this very process. */
const run = promisify(execFile)
const kindsOfBuilding = {
  switch: 6,
  camera: 24,
  nvr: 1,
  'door-controller': 6,
  ups: 1,
  chiller: 1,
  'air-handler': 2,
  meter: 3,
}

describe('the building as the hub is told of it', () => {
  const document = ApplyDocument.parse(applyDocument({ net: 20, manyAddresses: true }))
  const [site] = document.sites

  test('has the devices that the demo tells of, and a recorded picture for each camera', () => {
    const kinds = Map.groupBy(site?.devices ?? [], (it) => it.kind)
    const counts = Object.fromEntries([...kinds].map(([kind, list]) => [kind, list.length]))
    expect(counts).toEqual({ ...kindsOfBuilding, channel: 24 })
  })

  test('no password is in it', () => {
    const text = JSON.stringify(document)
    for (const { secret } of describeBuilding({ net: 20, manyAddresses: true }))
      for (const [field, value] of Object.entries(secret ?? {})) if (field !== 'user') expect(text).not.toContain(value)
  })

  test.each([true, false])('every device has an address and port of its own (many addresses: %s)', (manyAddresses) => {
    const endpoints = [3, 4].flatMap((net) =>
      describeBuilding({ net, manyAddresses }).flatMap((it) => {
        const own = (it.connections ?? []).map((at) => at.port ?? 0)
        const all = it.rtspPort === undefined ? own : [...own, it.rtspPort]
        for (const port of all) expect(port > 1024 && port < 32_768).toBe(true)
        return all.map((port) => `${it.address}:${port}`)
      }),
    )
    expect(new Set(endpoints).size).toBe(endpoints.length)
  })

  /** Levels when these are down, one minute apart, by the text of the fault levels. */
  function levelsOf(...broken: string[]): Record<string, string> {
    const model = SiteModel.parse({
      systems: site?.systems.map(({ id, kind, functions }) => ({ id, kind, functions })),
      devices: site?.devices.map(({ id, kind, serves, needs }) => ({ id, kind, serves, needs })),
    })
    const diagnosis = createDiagnosis(model)
    const events: FaultEvent[] = broken.flatMap((device, i) => diagnosis.step(i * 60_000, [{ device, state: 'down' }]))
    expect(events.length).toBeGreaterThan(0)
    return Object.fromEntries(diagnosis.openFaults().map((it) => [it.cause, it.level]))
  }

  test.each([
    [['cam-07'], { 'cam-07': 'L3' }],
    [['door-3'], { 'door-3': 'L3' }],
    [['edge-1'], { 'edge-1': 'L3' }],
    [['core-1'], { 'core-1': 'L2' }],
    [['core-2'], { 'core-2': 'L2' }],
    [['core-1', 'core-2'], { 'core-1': 'L1', 'core-2': 'L1' }],
    [['nvr-1'], { 'nvr-1': 'L1' }],
    [['chiller-1'], { 'chiller-1': 'L1' }],
    [['ahu-1'], { 'ahu-1': 'L3' }],
    [['ups-1'], { 'ups-1': 'L3' }],
    [['meter-2'], { 'meter-2': 'L3' }],
  ])('without %j the levels are %j', (broken, levels) => {
    expect(levelsOf(...broken)).toEqual(levels)
  })
})

describe('the simulated building on its sockets', () => {
  let building: Building
  beforeAll(async () => {
    building = await startBuilding({ net: 31 })
  })
  afterAll(() => building.close())

  const deviceOf = (id: string) => {
    const found = building.devices.find((it) => it.id === id)
    if (found === undefined) throw new Error(`no ${id}`)
    return found
  }
  const listens = async (id: string): Promise<boolean> => {
    const { address, connections } = deviceOf(id)
    const socket = connect(connections?.[0]?.port ?? 0, address)
    try {
      await once(socket, 'connect')
      return true
    } catch {
      return false
    } finally {
      socket.destroy()
    }
  }
  const silent = (id: string) => until(`${id} to be silent`, async () => !(await listens(id)), { withinMs: 5000 })
  const back = (id: string) => until(`${id} to answer`, () => listens(id), { withinMs: 5000 })

  test('what is behind dead switches does not answer, and is back when one of them is', async () => {
    building.break('core-1', 'power')
    expect(await listens('cam-24')).toBe(true)
    building.break('core-2', 'hang')
    for (const id of ['cam-24', 'door-6', 'chiller-1', 'nvr-1']) await silent(id)
    building.heal('core-2')
    for (const id of ['cam-24', 'door-6', 'chiller-1', 'nvr-1']) await back(id)
    building.heal('core-1')
  })

  test('an edge switch takes its own with it and nobody else', async () => {
    building.break('edge-4', 'power')
    for (const id of ['cam-19', 'door-6', 'meter-1']) await silent(id)
    for (const id of ['cam-18', 'door-5', 'ahu-1']) expect(await listens(id), id).toBe(true)
    building.heal('edge-4')
    for (const id of ['cam-19', 'door-6', 'meter-1']) await back(id)
  })

  test('a device that hangs takes connections and says nothing', async () => {
    building.break('door-1', 'hang')
    const socket = connect(deviceOf('door-1').connections?.[0]?.port ?? 0, deviceOf('door-1').address)
    await once(socket, 'connect')
    let answered = false
    socket.on('data', () => {
      answered = true
    })
    socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n')
    await once(socket.setTimeout(300), 'timeout')
    expect(answered).toBe(false)
    socket.destroy()
    building.heal('door-1')
  })

  test('a device that there is not is an error, and nothing else happens', () => {
    expect(() => building.break('cam-99', 'power')).toThrow('cam-99')
    expect([...building.broken()]).toEqual([])
  })

  test('two buildings run side by side; a third at the place of one of them does not start, and leaves nothing open', async () => {
    const other = await startBuilding({ net: 32 })
    await expect(startBuilding({ net: 32 })).rejects.toMatchObject({ code: 'EADDRINUSE' })
    await other.close()
    const again = await startBuilding({ net: 32 })
    await again.close()
  })

  test('with ports in place of addresses it does the same', async () => {
    const small = await startBuilding({ net: 33, manyAddresses: false })
    expect(new Set(small.devices.map((it) => it.address))).toEqual(new Set(['127.0.0.1']))
    await small.close()
  })

  const withSnmp = test.skipIf(findProgram('snmpget') === null || process.platform !== 'linux')

  withSnmp(
    'a camera without power is a port that is down and feeds nobody, and its switch counts no more traffic',
    async () => {
      const ask = async (...oids: string[]) => {
        const target = `${deviceOf('edge-2').address}:${ports.snmp}`
        const keys = ['-a', 'SHA-256', '-A', 'simulated-auth', '-x', 'AES', '-X', 'simulated-priv']
        const { stdout } = await run('snmpget', [
          '-v3',
          '-l',
          'authPriv',
          '-u',
          'steward',
          ...keys,
          '-Oqv',
          target,
          ...oids,
        ])
        return stdout.trim().split('\n').map(Number)
      }
      // cam-07 is on the first port: ifOperStatus, pethPsePortDetectionStatus.
      const states = ['1.3.6.1.2.1.2.2.1.8.1', '1.3.6.1.2.1.105.1.1.1.6.1.1']
      expect(await ask(...states)).toEqual([1, 3])
      building.break('cam-07', 'power')
      await until('the port to be down', async () => String(await ask(...states)) === '2,2', { withinMs: 5000 })
      building.heal('cam-07')
      await until('the port to be up', async () => String(await ask(...states)) === '1,3', { withinMs: 5000 })
    },
  )
})
