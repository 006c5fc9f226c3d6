import { randomInt } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { decoderNames } from './registry.ts'
import { watch } from './watch.ts'

const [fixed, chosen] = [3000, 1000]
/** What a heap may grow by for reasons of its own. */
const mostGrownMb = 8

describe.each(decoderNames)('%s', (decoder) => {
  test.each([
    { seed: 1, count: fixed },
    { seed: randomInt(2 ** 31), count: chosen },
  ])('$count wrong messages of seed $seed are read or refused', { timeout: 120_000 }, async ({ seed, count }) => {
    const { failures, read, grownMb } = await watch(decoder, { seed, from: 0, to: count })
    expect(failures).toEqual([])
    // One in fifty is right; were none read, nothing would have been tried.
    expect(read).toBeGreaterThan(0)
    expect(grownMb).toBeLessThan(mostGrownMb)
  })
})
