import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { AgentList, DeviceList, FaultList } from '@steward/shared/api'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { root } from '../architecture/sources.ts'
import { runSteward, stewardProgram } from '../demo/children.ts'
import { until } from '../until.ts'
import { type Product, startProduct } from './started-product.ts'

/** A device: a page with a number that rises at each reading. Checks only open its port, so they are not counted. */
type Counter = { port: number; served(): number; off(): void; on(): Promise<void> }

async function startCounter(): Promise<Counter> {
  let served = 0
  let port = 0
  const listen = async () => {
    const made = createServer((_request, response) => {
      served += 1
      response.setHeader('connection', 'close')
      response.end(JSON.stringify({ n: served }))
    })
    made.listen(port, '127.0.0.1')
    await once(made, 'listening')
    return made
  }
  let server: Server = await listen()
  const address = server.address()
  port = address !== null && typeof address === 'object' ? address.port : 0
  return {
    port,
    served: () => served,
    off() {
      server.closeAllConnections()
      server.close()
    },
    async on() {
      server = await listen()
    },
  }
}

const settings = { checkIntervalMs: 1000, checkTimeoutMs: 1000, pollIntervalMs: 1000 }
const fast = { withinMs: 30_000, everyMs: 200 }

let product: Product
const counters: Counter[] = []
const camera = (at: number): Counter => {
  const it = counters[at]
  if (it === undefined) throw new Error('no such camera')
  return it
}

beforeEach(async () => {
  for (let i = 0; i < 3; i += 1) counters.push(await startCounter())
  const devices = counters.map(({ port }, i) => ({
    id: `cam-${i + 1}`,
    kind: 'camera',
    address: '127.0.0.1',
    connections: [
      { driver: 'tcp', port },
      { driver: 'http', port, values: [{ id: 'n', name: 'Readings', path: 'n' }] },
    ],
    serves: [{ function: 'cctv/view' }],
  }))
  product = await startProduct(
    [...devices, { id: 'far', address: '192.0.2.7', connections: [{ driver: 'tcp', port: 80 }] }],
    settings,
  )
}, 90_000)

afterEach(async () => {
  await product.stop()
  for (const counter of counters.splice(0)) counter.off()
}, 60_000)

const statesAre = (expected: Record<string, string>) =>
  until(
    `states ${JSON.stringify(expected)}`,
    async () => {
      const { items } = DeviceList.parse(await product.hub.call('GET', '/api/v1/devices'))
      return Object.entries(expected).every(([id, state]) => items.find((it) => it.id === id)?.state === state)
    },
    fast,
  )
const allUp = () => statesAre({ 'cam-1': 'up', 'cam-2': 'up', 'cam-3': 'up' })
const agentState = async () => AgentList.parse(await product.hub.call('GET', '/api/v1/agents')).items[0]?.state

/** The number read by each sample that is at the hub, in order of time; a bucket with two would hide one. */
async function numbersAtHub(device: string, from: Date): Promise<number[]> {
  const buckets = await product.samples(device, 'n', from)
  expect(buckets.filter((it) => it.count !== 1)).toEqual([])
  return buckets.map((it) => Number(it.last))
}

describe('agent and hub', () => {
  test('from enrolment to a fault and back, and what the agent says of it', async () => {
    await allUp()
    expect(await agentState()).toBe('connected')
    camera(0).off()
    const [fault] = await until(
      'an open fault',
      async () => {
        const open = await product.openFaults()
        return open.length > 0 && open
      },
      { withinMs: 10_000 },
    )
    expect(fault).toMatchObject({ device: 'cam-1', kind: 'down', level: 'L3' })
    const status = await product.agent('status', '--json')
    expect(JSON.parse(status.stdout)).toMatchObject({
      hub: { state: 'connected' },
      agent: { devices: { up: 2, down: 1 } },
      openFaults: [{ cause: 'cam-1' }],
      problems: [{ device: 'far', code: 'config/address-not-allowed' }],
    })
    await camera(0).on()
    await until('no open fault', async () => (await product.openFaults()).length === 0, fast)
  }, 90_000)

  test('the hub killed and back: no fault and no sample is missing or double', async () => {
    const from = new Date()
    await allUp()
    await product.kill('hub')
    const before = camera(1).served()
    camera(0).off()
    await until('readings without a hub', () => camera(1).served() >= before + 8, fast)
    await camera(0).on()
    await until('more readings', () => camera(1).served() >= before + 14, fast)
    await product.start('hub')
    await until('the agent to be back', async () => (await agentState()) === 'connected', { withinMs: 60_000 })
    const last = camera(1).served()
    const numbers = await until(
      'the last reading',
      async () => {
        const all = await numbersAtHub('cam-2', from)
        return all.includes(last) && all
      },
      fast,
    )
    expect(numbers.slice(0, last)).toEqual(Array.from({ length: last }, (_, i) => i + 1))
    const { items } = FaultList.parse(await product.hub.call('GET', '/api/v1/faults?state=all'))
    expect(items.filter((it) => it.device !== null).map((it) => [it.device, it.closedAt !== null])).toEqual([
      ['cam-1', true],
    ])
    expect(await product.openFaults()).toEqual([])
  }, 180_000)

  test('the agent killed and back: open faults go on, and nothing that was recorded is missing or double', async () => {
    const from = new Date()
    await allUp()
    camera(0).off()
    const [opened] = await until(
      'an open fault',
      async () => {
        const open = await product.openFaults()
        return open.length > 0 && open
      },
      fast,
    )
    const atKill: number[] = []
    for (let round = 0; round < 2; round += 1) {
      await product.kill('agent')
      atKill.push(camera(1).served())
      await product.start('agent')
      const before = camera(1).served()
      await until('readings again', () => camera(1).served() >= before + 3, fast)
    }
    const last = camera(1).served()
    const numbers = await until(
      'the last reading',
      async () => {
        const all = await numbersAtHub('cam-2', from)
        return all.includes(last) && all
      },
      fast,
    )
    expect(new Set(numbers).size).toBe(numbers.length)
    const missing = Array.from({ length: last }, (_, i) => i + 1).filter((it) => !numbers.includes(it))
    // The reading under way, and what had not reached the outbox within the last second, die with the process.
    expect(missing.filter((it) => !atKill.some((at) => it === at || it === at - 1))).toEqual([])
    expect(await product.openFaults()).toMatchObject([{ id: opened?.id, openedAt: opened?.openedAt }])
    await camera(0).on()
    await until('no open fault', async () => (await product.openFaults()).length === 0, fast)
  }, 180_000)

  test('a secret and a grant count at once; a revoked agent goes on polling and says so', async () => {
    const from = new Date()
    await allUp()
    const secret = JSON.stringify({ user: 'service', password: 'not on the disk' })
    const said = await runSteward(
      root,
      stewardProgram(root),
      ['agent', 'secret', 'set', 'cam-1', '--stdin', '--data', product.agentDir],
      { input: secret, signal: new AbortController().signal },
    )
    expect(said).toContain('uses it from now on')
    await until(
      'the hub to know of it',
      async () => {
        const { items } = DeviceList.parse(await product.hub.call('GET', '/api/v1/devices'))
        return ['set', 'works'].includes(items.find((it) => it.id === 'cam-1')?.secret ?? '')
      },
      fast,
    )
    const granted = await product.agent(
      'grant',
      '--device',
      'cam-2',
      '--port',
      String(camera(1).port),
      '--minutes',
      '5',
    )
    expect(granted.status, granted.stderr).toBe(0)
    expect(JSON.parse((await product.agent('status', '--json')).stdout)).toMatchObject({
      grants: [{ device: 'cam-2' }],
    })
    const [agent] = AgentList.parse(await product.hub.call('GET', '/api/v1/agents')).items
    await product.hub.call('POST', `/api/v1/agents/${agent?.id}/revoke`, {})
    await until(
      'the agent to know',
      async () => {
        const { hub } = JSON.parse((await product.agent('status', '--json')).stdout)
        return hub.state === 'revoked'
      },
      fast,
    )
    const served = camera(1).served()
    await until('readings all the same', () => camera(1).served() > served + 2, fast)
    expect(product.agentLog().match(/was revoked at the hub; it stops trying/g)).toHaveLength(1)

    // A new token for the same site: what was recorded while it was revoked is sent then.
    const refused = await product.enrol('--replace')
    expect(refused.stderr).toContain('An agent is running')
    await product.kill('agent')
    expect((await product.enrol()).stderr).toContain('is enrolled already')
    const again = await product.enrol('--replace')
    expect(again.status, again.stderr).toBe(0)
    await product.start('agent')
    await until(
      'what was recorded meanwhile',
      async () => (await numbersAtHub('cam-2', from)).includes(served + 2),
      fast,
    )
  }, 120_000)
})
