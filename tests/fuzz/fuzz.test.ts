import { randomInt } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { decoderNamed, decoderNames } from './registry.ts'
import { watch } from './watch.ts'

const [fixed, chosen] = [3000, 1000]
/** Of those that go over sockets, which take a thousand times as long. */
const overSockets = 0.1
/** What a heap may grow by for reasons of its own. */
const mostGrownMb = 8

describe.each(decoderNames)('%s', (decoder) => {
  test.each([
    { seed: 1, count: fixed },
    { seed: randomInt(2 ** 31), count: chosen },
  ])('wrong messages of seed $seed are read or refused', { timeout: 120_000 }, async ({ seed, count }) => {
    const { isNeverRead = false, atOnce = 1 } = await decoderNamed(decoder)
    const to = atOnce > 1 ? count * overSockets : count
    const { failures, read, grownMb } = await watch(decoder, { seed, from: 0, to })
    expect(failures).toEqual([])
    // One in fifty is right; were none read, nothing would have been tried.
    if (!isNeverRead) expect(read).toBeGreaterThan(0)
    expect(grownMb).toBeLessThan(mostGrownMb)
  })
})
