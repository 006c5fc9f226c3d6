/** Modbus TCP devices (Modbus Application Protocol V1.1b3): functions 1–4 and 43/14, registers computed when they are asked for. */
import type { Socket } from 'node:net'
import type { Gate } from './gate.ts'
import { openTcpPort } from './tcp-port.ts'

export type Registers = {
  /** 16-bit words by protocol address, for functions 3 and 4 */
  words(at: number): ReadonlyMap<number, number>
  /** bits by protocol address, for functions 1 and 2 */
  bits?(at: number): ReadonlyMap<number, boolean>
  identity: { vendor: string; product: string; revision: string }
}

export type ModbusOptions = {
  address: string
  port: number
  unit: number
  gate: Gate
  registers: Registers
  now?: () => number
}

const exceptions = { function: 1, address: 2, value: 3 } as const

export function startModbusDevice(options: ModbusOptions): Promise<{ port: number; close(): Promise<void> }> {
  return openTcpPort({ ...options, serve: (socket) => serve(socket, options) })
}

function serve(socket: Socket, options: ModbusOptions): void {
  let pending: Buffer = Buffer.alloc(0)
  socket.on('data', async (data: Buffer) => {
    pending = Buffer.concat([pending, data])
    while (pending.length >= 8 && pending.length >= 6 + pending.readUInt16BE(4)) {
      const size = 6 + pending.readUInt16BE(4)
      const frame = pending.subarray(0, size)
      pending = pending.subarray(size)
      await options.gate.pass()
      if (socket.destroyed || frame[6] !== options.unit) continue
      const body = answer(frame.subarray(7), options)
      const head = Buffer.alloc(7)
      frame.copy(head, 0, 0, 4)
      head.writeUInt16BE(body.length + 1, 4)
      head[6] = options.unit
      socket.write(Buffer.concat([head, body]))
    }
  })
}

function answer(request: Buffer, options: ModbusOptions): Buffer {
  const code = request[0] ?? 0
  const at = (options.now ?? Date.now)()
  if (code === 43 && request[1] === 14) return identification(options.registers)
  if (request.length < 5 || code < 1 || code > 4) return Buffer.from([code | 0x80, exceptions.function])
  const address = request.readUInt16BE(1)
  const count = request.readUInt16BE(3)
  if (count < 1 || count > (code <= 2 ? 2000 : 125)) return Buffer.from([code | 0x80, exceptions.value])
  return code <= 2
    ? bitAnswer(code, address, count, options.registers.bits?.(at) ?? new Map())
    : wordAnswer(code, address, count, options.registers.words(at))
}

function wordAnswer(code: number, address: number, count: number, words: ReadonlyMap<number, number>): Buffer {
  const out = Buffer.alloc(2 + count * 2)
  out[0] = code
  out[1] = count * 2
  for (let i = 0; i < count; i += 1) {
    const word = words.get(address + i)
    if (word === undefined) return Buffer.from([code | 0x80, exceptions.address])
    out.writeUInt16BE(word & 0xffff, 2 + i * 2)
  }
  return out
}

function bitAnswer(code: number, address: number, count: number, bits: ReadonlyMap<number, boolean>): Buffer {
  const out = Buffer.alloc(2 + Math.ceil(count / 8))
  out[0] = code
  out[1] = out.length - 2
  for (let i = 0; i < count; i += 1) {
    const bit = bits.get(address + i)
    if (bit === undefined) return Buffer.from([code | 0x80, exceptions.address])
    if (bit) out[2 + (i >> 3)] = (out[2 + (i >> 3)] ?? 0) | (1 << (i & 7))
  }
  return out
}

/** 43/14, basic identification (section 6.21). */
function identification({ identity }: Registers): Buffer {
  const objects = [identity.vendor, identity.product, identity.revision].flatMap((text, id) => [
    Buffer.from([id, Buffer.byteLength(text)]),
    Buffer.from(text),
  ])
  return Buffer.concat([Buffer.from([43, 14, 1, 1, 0, 0, 3]), ...objects])
}

/** A float as two words, high word first (the usual order). */
export function floatWords(address: number, value: number): [number, number][] {
  const bytes = Buffer.alloc(4)
  bytes.writeFloatBE(value)
  return [
    [address, bytes.readUInt16BE(0)],
    [address + 1, bytes.readUInt16BE(2)],
  ]
}

export function longWords(address: number, value: number): [number, number][] {
  const bits = Math.floor(value) >>> 0
  return [
    [address, bits >>> 16],
    [address + 1, bits & 0xffff],
  ]
}
