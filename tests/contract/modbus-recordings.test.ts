/** Recorded Modbus packets mean what another parser read from them. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import {
  dataOf,
  type Frame,
  frameOf,
  ModbusException,
  readRequest,
  type Table,
  takeFrame,
} from '../../agent/src/drivers/modbus/frame.ts'
import { recordings } from '../requirements.ts'

const folder = recordings('modbus')
const fileOf = (name: string): string => join(folder ?? '', `modbus_example.${name}`)
const Packet = z.object({ src: z.string(), dst: z.string(), hex: z.string() })
const tables: Readonly<Record<string, Table>> = {
  READ_COILS: 'coil',
  READ_DISCRETE_INPUTS: 'discrete',
  READ_HOLDING_REGISTERS: 'holding',
  READ_INPUT_REGISTERS: 'input',
}

type Logged = { from: string; to: string; transaction: number; unit: number; func: string } & Record<
  'address' | 'quantity' | 'values' | 'exception',
  string
>

function logged(): Logged[] {
  const lines = readFileSync(fileOf('zeek.analyzer.basic.modbus_detailed.log'), 'utf8').split('\n')
  const names =
    lines
      .find((it) => it.startsWith('#fields'))
      ?.split('\t')
      .slice(1) ?? []
  return lines
    .filter((it) => it !== '' && !it.startsWith('#'))
    .map((line) => {
      const fields = line.split('\t')
      const of = (name: string): string => fields[names.indexOf(name)] ?? '-'
      return {
        from: `${of('id.orig_h')}:${of('id.orig_p')}`,
        to: `${of('id.resp_h')}:${of('id.resp_p')}`,
        transaction: Number(of('tid')),
        unit: Number(of('unit')),
        ...{ func: of('func'), address: of('address'), quantity: of('quantity') },
        ...{ values: of('response_values'), exception: of('exception_code') },
      }
    })
}

/** Every frame of every connection, whole streams being taken apart as the driver does it. */
function frames(): { src: string; dst: string; frame: Frame }[] {
  const found: { src: string; dst: string; frame: Frame }[] = []
  const streams = new Map<string, Buffer>()
  for (const line of readFileSync(fileOf('jsonl'), 'utf8').split('\n').filter(Boolean)) {
    const { src, dst, hex } = Packet.parse(JSON.parse(line))
    let bytes: Buffer = Buffer.concat([streams.get(src + dst) ?? Buffer.alloc(0), Buffer.from(hex, 'hex')])
    for (let taken = takeFrame(bytes); taken !== null; taken = takeFrame(bytes)) {
      found.push({ src, dst, frame: taken.frame })
      bytes = taken.rest
    }
    streams.set(src + dst, bytes)
  }
  return found
}

function valuesOf(table: Table, data: Buffer, count: number): number[] {
  if (table === 'holding' || table === 'input') return Array.from({ length: count }, (_, i) => data.readUInt16BE(i * 2))
  return Array.from({ length: count }, (_, i) => ((data[i >> 3] ?? 0) >> (i & 7)) & 1)
}

describe.skipIf(folder === null)('recorded Modbus packets [recordings]', () => {
  const all = folder === null ? [] : frames()
  const rows = folder === null ? [] : logged()

  test('every frame that the log names is there, whatever its function', () => {
    for (const row of rows) {
      const sent = (src: string): boolean =>
        all.some((it) => it.src === src && it.frame.transaction === row.transaction && it.frame.unit === row.unit)
      expect(`${row.func} ${row.transaction}: ${sent(row.from)}`).toBe(`${row.func} ${row.transaction}: true`)
    }
    expect(rows.length).toBeGreaterThan(20)
  })

  test.each(
    rows
      .filter((it) => tables[it.func] !== undefined)
      .map((it) => [`${it.func} ${it.transaction} of ${it.to}`, it] as const),
  )('%s is asked and read so', (_, row) => {
    const table = tables[row.func] ?? 'holding'
    const count = Number(row.quantity)
    const of = (src: string): Frame | undefined =>
      all.find((it) => it.src === src && it.frame.transaction === row.transaction && it.frame.unit === row.unit)?.frame
    const request = readRequest(table, Number(row.address), count)
    const [asked, answer] = [of(row.from), of(row.to)]
    expect(asked?.pdu.toString('hex')).toBe(request.toString('hex'))
    expect(frameOf(row.transaction, row.unit, request).subarray(0, 7).readUInt8(6)).toBe(row.unit)
    const read = (): Buffer => dataOf(request, answer?.pdu ?? Buffer.alloc(1))
    if (row.exception !== '-') {
      expect(row.exception).toBe('ILLEGAL_DATA_ADDRESS')
      expect(read).toThrow(new ModbusException(2))
    } else expect(valuesOf(table, read(), count).join(',')).toBe(row.values)
  })
})
