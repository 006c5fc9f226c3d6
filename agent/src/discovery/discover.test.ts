import type { FoundDevice } from '@steward/shared/discovery'
import { StewardError } from '@steward/shared/errors'

import { describe, expect, test } from 'vitest'
import { addressesOf } from './addresses.ts'
import type { Finder, Finding } from './contract.ts'
import { type DiscoverOptions, discover, type Progress } from './discover.ts'
import { said } from './said.ts'

/** A finder that is told who answers what; the rest is silence. */
function finderOf(answers: Record<string, Finding>, asked: string[] = []): Finder {
  return {
    questions: (address) => [
      {
        packets: 1,
        async ask() {
          asked.push(address)
          const answer = answers[address]
          if (answer === undefined) throw new StewardError('driver/timeout', `${address} did not answer`)
          return answer
        },
      },
    ],
    close: () => undefined,
  }
}

const open = (port: number): Finding => ({
  by: 'tcp',
  text: said.open(port),
  openPort: port,
  connection: { driver: 'tcp', port },
})

function searching(finders: Finder[], more: Partial<DiscoverOptions> = {}) {
  let nowMs = 0
  return discover({
    range: addressesOf('10.0.0.0/24', ['10.0.0.0/8']),
    mayDial: () => true,
    finders,
    packetsPerSecond: 300,
    signal: new AbortController().signal,
    clock: {
      nowMs: () => nowMs,
      async wait(ms) {
        nowMs += ms
      },
    },
    ...more,
  })
}

test('finds who answers, in order of address, with all that was heard', async () => {
  const { devices, ended } = await searching([
    finderOf({ '10.0.0.10': open(80), '10.0.0.9': open(554) }),
    finderOf({
      '10.0.0.9': { by: 'snmp', text: { en: 'answers', zh: '' }, kind: 'switch', identity: { vendor: 'Example' } },
    }),
  ])
  expect(ended).toBe('done')
  expect(devices.map((it) => it.address)).toEqual(['10.0.0.9', '10.0.0.10'])
  expect(devices[0]).toMatchObject({ kind: 'switch', identity: { vendor: 'Example' }, openPorts: [554] })
  expect(devices[0]?.evidence.map((it) => it.by)).toEqual(['snmp', 'tcp'])
})

test('asks whoever answers what comes next, one question at a time', async () => {
  let atOnce = 0
  let most = 0
  const slow = (text: string) => ({
    packets: 1,
    async ask(): Promise<Finding> {
      atOnce += 1
      most = Math.max(most, atOnce)
      await new Promise((resolve) => setImmediate(resolve))
      atOnce -= 1
      return { by: 'http', text: { en: text, zh: '' } }
    },
  })
  const { devices } = await searching([
    finderOf({ '10.0.0.1': { ...open(80), next: [slow('a'), slow('b')] } }),
    finderOf({ '10.0.0.1': { ...open(81), next: [slow('c')] } }),
  ])
  expect(devices[0]?.evidence.filter((it) => it.by === 'http').map((it) => it.text.en)).toEqual(['a', 'b', 'c'])
  expect(most).toBe(1)
})

test('never asks an address that may not be dialled', async () => {
  const asked: string[] = []
  await searching([finderOf({}, asked)], { mayDial: (it) => it !== '10.0.0.77' })
  expect(asked).toHaveLength(253)
  expect(asked).not.toContain('10.0.0.77')
})

test('tells progress now and then, and all of it at the end', async () => {
  const told: Progress[] = []
  await searching([finderOf({ '10.0.0.1': open(80) })], { onProgress: (it) => told.push(it) })
  expect(told.at(-1)).toEqual({ asked: 254, toAsk: 254, found: 1 })
  expect(told.length).toBeLessThan(10)
})

describe('ended early', () => {
  test('sends nothing more and gives what was found', async () => {
    const stopped = new AbortController()
    const asked: string[] = []
    const found: FoundDevice[] = []
    const { devices, ended } = await searching([finderOf({ '10.0.0.3': open(80) }, asked)], {
      signal: stopped.signal,
      onFound(device) {
        found.push(device)
        stopped.abort()
      },
    })
    expect(ended).toBe('cancelled')
    expect(devices.map((it) => it.address)).toEqual(['10.0.0.3'])
    expect(found).toHaveLength(1)
    expect(asked.length).toBeLessThan(254)
  })

  test('does not wait for a question that is under way', async () => {
    const stopped = new AbortController()
    const silent: Finder = {
      questions: () => [
        {
          packets: 1,
          ask: ({ signal }) =>
            new Promise((_, reject) => {
              signal.addEventListener('abort', () => reject(new StewardError('driver/timeout', 'given up')))
              stopped.abort()
            }),
        },
      ],
      close: () => undefined,
    }
    expect(await searching([silent], { signal: stopped.signal })).toEqual({ devices: [], ended: 'cancelled' })
  })
})

test('a fault of ours is not taken for silence', async () => {
  const broken: Finder = {
    questions: () => [{ packets: 1, ask: () => Promise.reject(new TypeError('broken')) }],
    close: () => undefined,
  }
  await expect(searching([broken])).rejects.toThrow('broken')
})
