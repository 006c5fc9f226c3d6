/** From a device's own words to the hub, and to a look at the device: a real agent, a real hub, the tools of net-snmp. */
import { execFile } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { promisify } from 'node:util'
import { DeviceList, DeviceMessages } from '@steward/shared/api'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { until } from '../until.ts'
import { type StartedAgent, startAgent } from './started-agent.ts'
import { type StartedHub, startHub } from './started-hub.ts'

const run = promisify(execFile)
const here = '127.0.0.1'
const soon = { withinMs: 20_000, everyMs: 50 }
const device = createServer((socket) => socket.destroy())
let hub: StartedHub
let agent: StartedAgent
let trapPort = 0

async function freePort(): Promise<number> {
  const socket = createSocket('udp4').bind(0, here)
  await once(socket, 'listening')
  const { port } = socket.address()
  await new Promise<void>((resolve) => void socket.close(() => resolve()))
  return port
}

beforeAll(async () => {
  device.listen(0, here)
  await once(device, 'listening')
  const address = device.address()
  trapPort = await freePort()
  hub = await startHub()
  const port = typeof address === 'object' ? address?.port : undefined
  // Nobody would look at it again within the hour.
  const settings = { checkIntervalMs: 3_600_000, pollIntervalMs: 3_600_000, listeners: { trap: { port: trapPort } } }
  const connections = [{ driver: 'tcp', port }, { driver: 'snmp' }]
  const devices = [{ id: 'switch-1', kind: 'switch', address: here, connections }]
  const applied = await hub.call('POST', 'apply', {
    customers: [{ id: 'acme', name: 'Acme' }],
    sites: [{ id: 'tower', name: 'Tower', customer: 'acme', settings, devices }],
  })
  expect(applied.status, JSON.stringify(applied.body)).toBe(200)
  agent = await startAgent(hub, 'tower')
}, 60_000)
afterAll(async () => {
  await agent.stop()
  await hub.stop()
}, 30_000)

const state = async () => DeviceList.parse((await hub.call('GET', 'devices?site=tower')).body).items[0]?.state
const messages = async () => DeviceMessages.parse((await hub.call('GET', 'sites/tower/messages')).body).items

test('a trap is at the hub, and what it means is found at once', async () => {
  await until('the device to be up', async () => (await state()) === 'up', soon)
  expect((await agent.command('status')).stdout).toContain(`${trapPort} (trap)`)
  device.close()
  const link = ['1.3.6.1.6.3.1.1.5.3', '1.3.6.1.2.1.2.2.1.8.1', 'i', '2']
  await run('snmptrap', ['-v2c', '-c', 'public', `${here}:${trapPort}`, '', ...link])
  await until('the device to be down', async () => (await state()) === 'down', soon)
  const told = await until('the message', async () => (await messages())[0], soon)
  expect(told).toMatchObject({
    device: 'switch-1',
    protocol: 'trap',
    name: 'linkDown',
    fields: { 'ifOperStatus.1': 'down' },
  })
})
