import { ModbusRegister } from '@steward/shared/model'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decodeRegister } from './decode.ts'
import type { Register } from './formats.ts'
import { planBlocks, widthOf } from './read-plan.ts'

const register = (id: string, rest: Partial<Register>): Register =>
  ModbusRegister.parse({ id, name: id, address: 0, ...rest })

describe('blocks', () => {
  test('neighbours are read together over a small gap, not over a large one, and each table apart', () => {
    const blocks = planBlocks([
      register('a', { address: 0, format: 'f32' }),
      register('b', { address: 10 }),
      register('c', { address: 100 }),
      register('d', { address: 1, table: 'input' }),
    ])
    expect(blocks.map((it) => [it.table, it.address, it.count])).toEqual([
      ['holding', 0, 11],
      ['holding', 100, 1],
      ['input', 1, 1],
    ])
  })

  test('what was refused together is asked for alone', () => {
    const registers = [register('a', { address: 0 }), register('b', { address: 1 })]
    expect(planBlocks(registers, new Set(['a', 'b']))).toHaveLength(2)
  })

  test('every register is in exactly one block that covers it, and no block is larger than the protocol allows', () => {
    const anyRegister = fc.record({
      address: fc.nat(2000),
      table: fc.constantFrom('holding' as const, 'input' as const, 'coil' as const, 'discrete' as const),
      format: fc.constantFrom('u16' as const, 'u32' as const, 'f64' as const),
    })
    fc.assert(
      fc.property(fc.array(anyRegister, { maxLength: 60 }), (some) => {
        const registers = some.map((it, i) => register(`r${i}`, it))
        const blocks = planBlocks(registers)
        expect(blocks.flatMap((it) => it.registers).length).toBe(registers.length)
        for (const { table, address, count, registers: inside } of blocks) {
          expect(count).toBeLessThanOrEqual(table === 'coil' || table === 'discrete' ? 2000 : 125)
          for (const it of inside) {
            expect(it.address).toBeGreaterThanOrEqual(address)
            expect(it.address + widthOf(it)).toBeLessThanOrEqual(address + count)
          }
        }
      }),
    )
  })
})

describe('number formats', () => {
  const read = (rest: Partial<Register>, bytes: number[]) => {
    const it = register('r', rest)
    const block = { table: it.table, address: it.address, count: widthOf(it), registers: [it] }
    return decodeRegister(it, block, Buffer.from(bytes))
  }

  test.each<[Partial<Register>, number[], unknown]>([
    [{ format: 'u16' }, [0xff, 0xfe], 65_534],
    [{ format: 's16' }, [0xff, 0xfe], -2],
    [{ format: 'u32' }, [0, 1, 0, 2], 65_538],
    [{ format: 'u32', wordOrder: 'little' }, [0, 2, 0, 1], 65_538],
    [{ format: 's32' }, [0xff, 0xff, 0xff, 0xfe], -2],
    [{ format: 'u64' }, [0, 0, 0, 1, 0, 0, 0, 0], 4_294_967_296],
    [{ format: 's64', wordOrder: 'little' }, [0xff, 0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff], -2],
    [{ format: 'f32' }, [0x40, 0xe6, 0x66, 0x66], 7.2],
    [{ format: 'f64' }, [0x40, 0x1c, 0xcc, 0xcc, 0xcc, 0xcc, 0xcc, 0xcd], 7.2],
    [{ format: 'f32' }, [0x7f, 0xc0, 0, 0], null],
    [{ format: 's16', scale: 0.1, offset: -40 }, [0x02, 0x6d], 22.1],
    [{ format: 'u16', states: { 3: 'running' } }, [0, 3], 'running'],
    [{ table: 'coil' }, [0b0000_0001], 1],
  ])('%j %j is %j', (rest, bytes, value) => {
    expect(read(rest, bytes)).toBe(value)
  })

  test('bits are counted from the lowest of the first byte', () => {
    const it = register('r', { table: 'discrete', address: 9 })
    const block = { table: it.table, address: 0, count: 10, registers: [it] }
    expect(decodeRegister(it, block, Buffer.from([0, 0b0000_0010]))).toBe(1)
  })
})
