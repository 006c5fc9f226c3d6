/** A search through hub and agent, both real, over the simulated building; and what becomes of what it found. */
import { once } from 'node:events'
import {
  DeviceList,
  DiscoveredList,
  type DiscoveryAccept,
  DiscoveryAccepted,
  SiteDiscovery,
  SiteInput,
} from '@steward/shared/api'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Building, hasManyAddresses, ports, startBuilding } from '../simulators/index.ts'
import { until } from '../until.ts'
import { type StartedAgent, startAgent, startSteward } from './started-agent.ts'
import { type StartedHub, startHub } from './started-hub.ts'

const net = 36
const site = 'tower'
const network = `127.${net}.0.0/26`
const extra = Object.entries(ports).map(([protocol, port]) => ({ protocol, port }))
const within = { withinMs: 40_000 }

describe.runIf(await hasManyAddresses(net))('a search through the hub', () => {
  let hub: StartedHub
  let agent: StartedAgent
  let building: Building

  const call = async (method: 'GET' | 'POST' | 'PUT', path: string, body?: unknown) =>
    hub.call(method, `sites/${site}/${path}`, body)
  const search = async () => SiteDiscovery.parse((await call('GET', 'discovery')).body)
  const ended = () =>
    until(
      'the end of the search',
      async () => {
        const it = (await search()).search
        return it !== null && it.state !== 'running' ? it : null
      },
      within,
    )
  const found = async () => DiscoveredList.parse((await call('GET', 'discovery/devices')).body).items
  const proposed = async (): Promise<DiscoveryAccept['devices']> =>
    (await found()).map(({ address, proposal: { id, name, kind, function: ref, needs } }) => {
      return { address, id, name, kind, function: ref, needs }
    })

  /** The rest answers only to communities of its own, which the hub does not have and the agent offers nobody else. */
  const visible = () => building.devices.filter((it) => it.secret?.community === undefined).map((it) => it.address)

  beforeAll(async () => {
    building = await startBuilding({ net })
    hub = await startHub()
    await hub.call('POST', 'apply', {
      customers: [{ id: 'acme', name: 'Acme' }],
      sites: [{ id: site, name: 'Tower', customer: 'acme' }],
    })
  })
  afterAll(async () => {
    await agent?.stop()
    await hub.stop()
    await building.close()
  })

  test('without an agent there is nowhere to search', async () => {
    expect(await search()).toEqual({ networks: [], search: null })
    expect(await found()).toEqual([])
    const { status, body } = await call('POST', 'discovery', { network })
    expect({ status, body }).toMatchObject({ status: 503, body: { code: 'fleet/agent-away' } })
    agent = await startAgent(hub, site)
    expect((await search()).networks).toEqual(['127.0.0.0/8'])
  })

  test('the agent alone decides where it searches', async () => {
    const outside = await call('POST', 'discovery', { network: '10.1.0.0/24' })
    expect(outside.body).toMatchObject({ code: 'config/address-not-allowed' })
    const wide = await call('POST', 'discovery', { network: '127.0.0.0/8' })
    expect(wide).toMatchObject({ status: 400, body: { code: 'input/invalid' } })
    expect((await search()).search).toBeNull()
  })

  test('finds the building, with progress', async () => {
    const started = await call('POST', 'discovery', { network, ports: extra, packetsPerSecond: 1000 })
    expect(SiteDiscovery.parse(started.body).search).toMatchObject({
      network,
      state: 'running',
      startedBy: expect.stringContaining('configure'),
    })
    const again = await call('POST', 'discovery', { network })
    expect(again).toMatchObject({ status: 409, body: { code: 'input/conflict' } })
    expect(await ended()).toMatchObject({ state: 'done', found: visible().length, why: null })
    const devices = await found()
    expect(devices.map((it) => it.address).sort()).toEqual(visible().sort())
    expect(devices.find((it) => it.address.endsWith('.16'))).toMatchObject({ kind: 'camera', known: null })
  })

  test('what is accepted are devices, with systems and needs, together', async () => {
    const all = await proposed()
    const chiller = all.find((it) => it.kind === 'chiller') ?? { id: '' }
    const cameras = all.filter((it) => it.kind === 'camera').map((it) => ({ ...it, needs: [[chiller.id, 'nobody']] }))
    const chillers = all.filter((it) => it.kind === 'chiller')
    const wanted = { devices: [...cameras, ...chillers] }
    const taken = { devices: [...cameras, ...chillers.map((it) => ({ ...it, id: cameras[0]?.id ?? '' }))] }
    expect(await call('POST', 'discovery/accept', taken)).toMatchObject({ status: 409 })
    const stranger = { devices: [...cameras, { ...all[0], address: '127.36.9.9', id: 'stranger' }] }
    expect(await call('POST', 'discovery/accept', stranger)).toMatchObject({ status: 400 })
    expect(DeviceList.parse((await hub.call('GET', `devices?site=${site}`)).body).items).toEqual([])

    const { created, known } = DiscoveryAccepted.parse((await call('POST', 'discovery/accept', wanted)).body)
    expect(known).toEqual([])
    expect(created).toHaveLength(cameras.length + 1)
    const { systems } = SiteInput.parse((await call('GET', 'input')).body)
    expect(systems.map((it) => [it.id, it.kind, it.functions.map((one) => one.id)])).toEqual([
      ['cctv', 'cctv', ['view']],
      ['bas', 'bas', ['cooling']],
    ])
    const { body } = await hub.call('GET', `devices/${site}:${cameras[0]?.id}`)
    expect(body).toMatchObject({
      config: {
        connections: [{ driver: 'onvif', port: ports.onvif }],
        serves: [{ function: 'cctv/view' }],
        needs: [[chiller.id]],
      },
    })
  })

  test('what is known is marked, and accepted once', async () => {
    const devices = await found()
    expect(devices.filter((it) => it.known !== null)).toHaveLength(26)
    const rest = { devices: await proposed(), snmpUser: 'reader' }
    const again = DiscoveryAccepted.parse((await call('POST', 'discovery/accept', rest)).body)
    expect(again.known).toHaveLength(26)
    expect((await found()).every((it) => it.known !== null)).toBe(true)
    const { items } = DeviceList.parse((await hub.call('GET', `devices?site=${site}&limit=1000`)).body)
    const core = items.find((it) => it.address === `127.${net}.0.10`)
    const { body } = await hub.call('GET', `devices/${site}:${core?.id}`)
    expect(body).toMatchObject({ config: { connections: [{ driver: 'snmp', version: 'v3', user: 'reader' }] } })
  })

  test('cancelled, it ends at once and keeps what it found', async () => {
    await call('POST', 'discovery', { network: `127.${net}.0.0/16`, packetsPerSecond: 200 })
    await until('something found', async () => ((await search()).search?.found ?? 0) > 0, within)
    const cancelled = SiteDiscovery.parse((await call('POST', 'discovery/cancel')).body)
    expect(cancelled.search).toMatchObject({ state: 'cancelled', why: null })
    expect((await found()).length).toBeGreaterThan(0)
    const next = await call('POST', 'discovery', { network: `127.${net}.0.0/30`, packetsPerSecond: 1000 })
    expect(next.status).toBe(200)
    expect(await ended()).toMatchObject({ state: 'done' })
  })

  test('communities that were entered at the agent are tried, and told nobody', async () => {
    const child = startSteward(['agent', 'communities', 'set', '--stdin', '--data', agent.dataDir])
    child.stdin?.end('building-ro\n')
    expect(await once(child, 'exit')).toEqual([0, null])
    await call('POST', 'discovery', { network: `127.${net}.0.12/32`, ports: extra, packetsPerSecond: 1000 })
    expect(await ended()).toMatchObject({ state: 'done', found: 1 })
    const devices = await found()
    expect(devices[0]).toMatchObject({ kind: 'switch', identity: { name: 'edge-1' } })
    expect(JSON.stringify(devices)).not.toContain('building-ro')
    expect((await agent.command('communities', 'show')).stdout).toMatch(/1/)
    await call('POST', 'discovery/accept', { devices: await proposed() })
    const edge = () => hub.call('GET', `devices/${site}:edge-1`)
    await until(
      'the switch to be read with it',
      async () => JSON.stringify((await edge()).body).includes('"works"'),
      within,
    )
    expect((await agent.command('secret', 'list')).stdout).toMatch(/edge-1 .*community/)
  })

  test('an agent that goes away ends the search, and says so', async () => {
    await call('POST', 'discovery', { network: `127.${net}.0.0/16`, packetsPerSecond: 100 })
    await agent.stop()
    const failed = await ended()
    expect(failed).toMatchObject({ state: 'failed', why: 'agent-away' })
    expect(await call('POST', 'discovery', { network })).toMatchObject({ status: 503 })
    await hub.restart()
    expect((await search()).search).toEqual(failed)
    expect((await found()).length).toBe(failed.found)
  })

  test('who searched and accepted stands in the audit log', async () => {
    const { body } = await hub.call('GET', 'audit?limit=200')
    const text = JSON.stringify(body)
    for (const it of ['discovery.start', 'discovery.cancel', 'discovery.accept', 'discovery/started']) {
      expect(text).toContain(`"${it}"`)
    }
  })
})
