import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { cutRecords } from './cut-records.ts'
import { splitBatch } from './split-records.ts'

async function pieces(text: string): Promise<string[] | null> {
  const body = Buffer.from(text)
  const cut = await cutRecords(body)
  return cut === null ? null : cut.records.map(({ from, to }) => body.toString('utf8', from, to))
}

describe('cutting a batch at its records', () => {
  test('finds the list at the top and nowhere else', async () => {
    expect(await pieces('{"a":{"records":[9]},"b":"records","records":[1,{"x":[2,3]}]}')).toEqual(['1', '{"x":[2,3]}'])
    expect(await pieces('{"seq":1}')).toBeNull()
    expect(await pieces('{"records":{"a":[1]}}')).toBeNull()
    expect(await pieces('{"records" : [ ] }')).toEqual([])
  })

  test('is not misled by brackets, commas and quotes in texts', async () => {
    const records = [{ a: '],[{"' }, { b: '\\' }, { c: '\\"},' }, 'text, "]" ']
    expect((await pieces(JSON.stringify({ records })))?.map((it) => JSON.parse(it))).toEqual(records)
  })

  test('whatever is cut is what the whole would have been', async () => {
    const batch = fc.record({
      epoch: fc.string(),
      seq: fc.nat(),
      records: fc.array(
        fc.json().map((it) => JSON.parse(it)),
        { maxLength: 20 },
      ),
    })
    await fc.assert(
      fc.asyncProperty(batch, fc.constantFrom(undefined, 1), async (value, space) => {
        const found = await pieces(JSON.stringify(value, null, space))
        expect(found?.map((it) => JSON.parse(it))).toEqual(value.records)
      }),
      { numRuns: 300 },
    )
  })

  test('a large batch is cut and a small one is not, with the same outcome', async () => {
    const large = {
      epoch: 'e',
      seq: 1,
      sentAt: 2,
      records: Array.from({ length: 3000 }, (_, i) => ({ i, text: '中'.repeat(30) })),
    }
    expect(await splitBatch(Buffer.from(JSON.stringify(large)))).toEqual({
      envelope: { ...large, records: [] },
      records: large.records,
    })
    const small = { ...large, records: large.records.slice(0, 3) }
    expect(await splitBatch(Buffer.from(JSON.stringify(small)))).toEqual({
      envelope: { ...small, records: [] },
      records: small.records,
    })
  })

  test.each([
    ['not JSON', 'x'],
    ['cut off', '{"records":[1,'],
    ['a stray comma', '{"records":[1,,2]}'],
    ['a comma at the end', '{"records":[1,]}'],
    ['two values in one place', '{"records":[1 2]}'],
    ['more behind the end', '{"records":[1]}}'],
  ])('%s is refused, small or large', async (_name, text) => {
    await expect(splitBatch(Buffer.from(text))).rejects.toMatchObject({ code: 'input/invalid' })
    const padded = text.replace('1', `"${'x'.repeat(200_000)}"`)
    await expect(splitBatch(Buffer.from(padded))).rejects.toMatchObject({ code: 'input/invalid' })
  })
})
