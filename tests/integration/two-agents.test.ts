/** Two real agents of one site, each with its part of it; what breaks in one building is felt in the other. */
import { once } from 'node:events'
import { type AddressInfo, createServer, type Server } from 'node:net'
import { DeviceList, FaultList } from '@steward/shared/api'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { z } from 'zod'
import { httpReceiver, type Receiver } from '../contract/alert-receivers.ts'
import { until } from '../until.ts'
import { type StartedAgent, startAgent } from './started-agent.ts'
import { type StartedHub, startHub } from './started-hub.ts'

/** A device whose port opens or does not. */
async function startPort(): Promise<{ port: number; off(): void; on(): Promise<void> }> {
  let port = 0
  const listen = async (): Promise<Server> => {
    const server = createServer((socket) => socket.destroy())
    server.listen(port, '127.0.0.1')
    await once(server, 'listening')
    return server
  }
  let server = await listen()
  port = (server.address() as AddressInfo).port
  return {
    port,
    off: () => void server.close(),
    async on() {
      server = await listen()
    },
  }
}

const settings = { checkIntervalMs: 1000, checkTimeoutMs: 1000, pollIntervalMs: 5000 }
const soon = { withinMs: 40_000, everyMs: 100 }
const names = ['core', 'cam-1', 'cam-2', 'cam-3']
let hub: StartedHub
let agents: StartedAgent[]
let receiver: Receiver
let ports: Awaited<ReturnType<typeof startPort>>[]

beforeAll(async () => {
  hub = await startHub()
  receiver = await httpReceiver({ behaves: 'accepts' })
  ports = await Promise.all(names.map(() => startPort()))
  const serves = [{ function: 'cctv/view' }]
  const devices = names.map((id, i) => ({
    id,
    address: '127.0.0.1',
    connections: [{ driver: 'tcp', port: ports[i]?.port }],
    ...(id === 'core' ? {} : { agent: 'Annex', needs: [['core']], serves }),
  }))
  const systems = [{ id: 'cctv', kind: 'cctv', functions: [{ id: 'view', essential: true, paralysedBelow: 0.5 }] }]
  const applied = await hub.call('POST', 'apply', {
    customers: [{ id: 'acme', name: 'Acme' }],
    sites: [{ id: 'tower', name: 'Tower', customer: 'acme', settings, systems, devices }],
  })
  expect(applied.status, JSON.stringify(applied.body)).toBe(200)
  const target = { channel: 'webhook', url: `http://127.0.0.1:${receiver.port}/all` }
  const recipient = { name: 'On call', target, sites: ['tower'], language: 'en' }
  expect((await hub.call('POST', 'alerts/recipients', recipient)).status).toBe(200)
  agents = [await startAgent(hub, 'tower', { name: 'Main' }), await startAgent(hub, 'tower', { name: 'Annex' })]
}, 90_000)

afterAll(async () => {
  for (const agent of agents) await agent.stop()
  await hub.stop()
  await receiver.close()
  for (const it of ports) it.off()
}, 60_000)

const Told = z.object({ event: z.string(), level: z.string(), devices: z.array(z.object({ id: z.string() })) })
const told = () =>
  receiver.received
    .map((it) => Told.parse(JSON.parse(it.body)))
    .map((it) => `${it.event} ${it.level} ${it.devices.map((device) => device.id).join('+')}`)
const faults = async () => FaultList.parse((await hub.call('GET', 'faults?state=all')).body).items
const statesAre = (expected: string) =>
  until(
    `all to be ${expected}`,
    async () => {
      const { items } = DeviceList.parse((await hub.call('GET', 'devices?site=tower')).body)
      return items.every((it) => it.state === expected)
    },
    soon,
  )

test('a switch of one agent takes the cameras of another with it: one fault, one page; when it heals, one end', async () => {
  await statesAre('up')
  for (const it of ports) it.off()
  await statesAre('down')
  await until('the fault', async () => (await faults()).length > 0, soon)
  await until('the page', () => told().length > 0, soon)
  const [fault, ...others] = await faults()
  expect(others).toEqual([])
  expect(fault).toMatchObject({ device: 'core', level: 'L1', affected: ['cam-1', 'cam-2', 'cam-3'] })

  for (const it of ports) await it.on()
  await statesAre('up')
  await until('the end to be told', () => told().length > 1, soon)
  expect(told()).toEqual(['opened L1 core', 'closed L1 core'])
  expect((await faults()).map((it) => it.closedAt === null)).toEqual([false])
}, 120_000)
