import { execFile } from 'node:child_process'
import { once } from 'node:events'
import { connect } from 'node:net'
import { promisify } from 'node:util'
import { request } from 'undici'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { findProgram } from '../requirements.ts'
import { until } from '../until.ts'
import { type Building, ports, startBuilding } from './index.ts'

/** Not spawnSync: the devices answer in this very process. */
const run = promisify(execFile)

describe('the simulated building', () => {
  let building: Building
  beforeAll(async () => {
    building = await startBuilding({ net: 31, manyAddresses: true })
  })
  afterAll(() => building.close())

  const addressOf = (id: string): string => building.devices.find((it) => it.id === id)?.address ?? ''
  const listens = async (id: string, port: number): Promise<boolean> => {
    const socket = connect(port, addressOf(id))
    try {
      await once(socket, 'connect')
      return true
    } catch {
      return false
    } finally {
      socket.destroy()
    }
  }

  test('has the devices that the demo tells of', () => {
    const kinds = Map.groupBy(building.devices, (it) => it.kind)
    const counts = Object.fromEntries([...kinds].map(([kind, list]) => [kind, list.length]))
    expect(counts).toEqual({
      switch: 6,
      camera: 24,
      nvr: 1,
      'door-controller': 6,
      ups: 1,
      chiller: 1,
      'air-handler': 2,
      meter: 3,
    })
  })

  test.skipIf(findProgram('snmpget') === null)('switches answer an independent SNMP client, v2c and v3', async () => {
    const v2 = await run('snmpget', [
      '-v2c',
      '-c',
      'building-ro',
      '-Oqv',
      `${addressOf('edge-1')}:${ports.snmp}`,
      '1.3.6.1.2.1.1.5.0',
    ])
    expect(v2.stdout.trim()).toBe('"edge-1"')
    const user = [
      '-l',
      'authPriv',
      '-u',
      'steward',
      '-a',
      'SHA',
      '-A',
      'simulated-auth',
      '-x',
      'AES',
      '-X',
      'simulated-priv',
    ]
    const v3 = await run('snmpbulkwalk', [
      '-v3',
      ...user,
      '-Oqv',
      `${addressOf('core-1')}:${ports.snmp}`,
      '1.0.8802.1.1.2.1.4.1.1.9',
    ])
    expect(v3.stdout).toContain('edge-1')
    expect(v3.stdout).toContain('nvr-1')
  })

  test('a camera gives the time to anybody and the rest to who knows the password', async () => {
    const ask = async (operation: string) => {
      const body = `<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Body><${operation} xmlns="http://www.onvif.org/ver10/device/wsdl"/></s:Body></s:Envelope>`
      const answer = await request(`http://${addressOf('cam-01')}:${ports.onvif}/onvif/device_service`, {
        method: 'POST',
        body,
      })
      return { status: answer.statusCode, text: await answer.body.text() }
    }
    expect(await ask('GetSystemDateAndTime')).toMatchObject({ status: 200 })
    expect(await ask('GetDeviceInformation')).toMatchObject({ status: 401 })
  })

  test.skipIf(findProgram('curl') === null)('a picture differs from the one before', async () => {
    const snapshot = async () =>
      (
        await run(
          'curl',
          [
            '-s',
            '--digest',
            '-u',
            'service:simulated-onvif',
            `http://${addressOf('cam-01')}:${ports.onvif}/snapshot/main.jpg`,
          ],
          { encoding: 'buffer' },
        )
      ).stdout
    const first = await snapshot()
    expect(first.subarray(0, 3).toString('hex')).toBe('ffd8ff')
    expect(first.equals(await snapshot())).toBe(false)
  })

  test('what is behind dead switches does not answer, and is back when one of them is', async () => {
    expect(await listens('cam-24', ports.onvif)).toBe(true)
    building.break('core-1', 'power')
    expect(await listens('cam-24', ports.onvif)).toBe(true)
    building.break('core-2', 'power')
    for (const [id, port] of [
      ['cam-24', ports.onvif],
      ['door-6', ports.http],
      ['chiller-1', ports.modbus],
    ] as const) {
      await until(`${id} to be silent`, async () => !(await listens(id, port)), { withinMs: 5000 })
    }
    building.heal('core-2')
    await until('cam-24 to answer', () => listens('cam-24', ports.onvif), { withinMs: 5000 })
    building.heal('core-1')
  })

  test('a device that hangs takes connections and says nothing', async () => {
    building.break('door-1', 'hang')
    const socket = connect(ports.http, addressOf('door-1'))
    await once(socket, 'connect')
    socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n')
    let answered = false
    socket.on('data', () => {
      answered = true
    })
    await once(socket.setTimeout(300), 'timeout')
    expect(answered).toBe(false)
    socket.destroy()
    building.heal('door-1')
  })
})
