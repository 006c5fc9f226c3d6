/** `steward discover` on a LAN of its own: what is heard below IP, how long it takes, and how much it sends. */
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { FoundDevice } from '@steward/shared/discovery'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'

const lan = join(import.meta.dirname, 'lan.sh')
const steward = join(import.meta.dirname, '..', '..', 'steward.js')
const Report = z.object({ ended: z.enum(['done', 'cancelled']), tookMs: z.number(), devices: z.array(FoundDevice) })
/** Made by whoever may: root, or anybody where the system lets people make networks of their own. */
const canMakeLan = spawnSync('unshare', ['-rn', 'sh', '-c', 'ip link add br9 type bridge']).status === 0
const [slowestMs, rate] = [20_000, 300]

async function discover(...[wrapper, ...args]: [string[], ...string[]]) {
  const command = [...wrapper, process.execPath, steward, 'discover', ...args, '--json', '--data', '/nowhere/agent']
  const child = spawn('unshare', ['-rn', 'sh', lan, ...command], { stdio: ['ignore', 'pipe', 'pipe', 'pipe'] })
  const third = child.stdio[3]
  const [out, err, frames] = await Promise.all([
    text(child.stdout ?? Readable.from([])),
    text(child.stderr ?? Readable.from([])),
    third instanceof Readable ? text(third) : '',
    child.exitCode ?? once(child, 'exit'),
  ])
  expect(err).toBe('')
  return { ...Report.parse(JSON.parse(out)), frames: Number(frames) }
}

describe.skipIf(!canMakeLan)('on a LAN of its own [namespaces]', () => {
  test('a /24: who answers pings, and who is known by its MAC address alone', { timeout: 60_000 }, async () => {
    const { devices, tookMs, frames } = await discover([], '10.77.0.0/24')
    const heard = devices.map((it) => [it.address, it.evidence.map((e) => e.by).sort(), it.identity.vendor])
    expect(heard).toEqual([
      ['10.77.0.11', ['arp', 'icmp'], expect.stringContaining('Axis')],
      ['10.77.0.12', ['arp', 'icmp'], expect.stringContaining('Axis')],
      ['10.77.0.200', ['arp'], expect.stringMatching(/american power/i)],
    ])
    expect(tookMs).toBeLessThan(slowestMs)
    expect(frames).toBeGreaterThan(254)
    expect(frames).toBeLessThan((rate * tookMs) / 1000)
  })

  test('a /16 is not flooded, and ends when it is told to', { timeout: 60_000 }, async () => {
    const { ended, tookMs, devices, frames } = await discover(
      ['timeout', '--preserve-status', '-s', 'INT', '5'],
      ...['10.77.0.0/16', '--rate', String(rate)],
    )
    expect(ended).toBe('cancelled')
    expect(devices.map((it) => it.address)).toContain('10.77.0.11')
    expect(frames).toBeGreaterThan(100)
    expect(frames).toBeLessThan((rate * tookMs) / 1000)
  })
})
