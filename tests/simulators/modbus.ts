/** Modbus TCP devices (Modbus Application Protocol V1.1b3): functions 1–4 and 43/14; nothing can be written. */
import type { Socket } from 'node:net'
import type { Gate } from './gate.ts'
import { openTcpPort, type TcpPort } from './tcp-port.ts'

export type Registers = {
  /** 16-bit words by protocol address, for function 3, and for function 4 unless `inputs` is given */
  words(at: number): ReadonlyMap<number, number>
  inputs?(at: number): ReadonlyMap<number, number>
  /** bits by protocol address, for functions 1 and 2 */
  bits?(at: number): ReadonlyMap<number, boolean>
  identity: { vendor: string; product: string; revision: string; name?: string; model?: string }
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
/** Modbus Messaging on TCP/IP, section 3.1.3: no longer, or it is something else. */
const maxFrameBytes = 260

export function startModbusDevice(options: ModbusOptions): Promise<TcpPort> {
  return openTcpPort({ ...options, serve: (socket) => serve(socket, options) })
}

function serve(socket: Socket, options: ModbusOptions): void {
  let pending: Buffer = Buffer.alloc(0)
  // One answer after the other, in the order of the questions, however late the device is.
  let turn = Promise.resolve()
  socket.on('data', (data: Buffer) => {
    pending = Buffer.concat([pending, data])
    while (pending.length >= 8) {
      const size = 6 + pending.readUInt16BE(4)
      if (pending.readUInt16BE(2) !== 0 || size < 8 || size > maxFrameBytes) {
        socket.destroy()
        return
      }
      if (pending.length < size) return
      const frame = pending.subarray(0, size)
      pending = pending.subarray(size)
      turn = turn.then(() => reply(socket, frame, options))
    }
  })
}

async function reply(socket: Socket, frame: Buffer, options: ModbusOptions): Promise<void> {
  await options.gate.pass()
  // Another unit is silence: it is not behind this address.
  if (socket.destroyed || frame[6] !== options.unit) return
  const body = answer(frame.subarray(7), options)
  const head = Buffer.alloc(7)
  frame.copy(head, 0, 0, 4)
  head.writeUInt16BE(body.length + 1, 4)
  head[6] = options.unit
  socket.write(Buffer.concat([head, body]))
}

function answer(request: Buffer, { registers, now = Date.now }: ModbusOptions): Buffer {
  const code = request[0] ?? 0
  if (code === 43 && request[1] === 14) return identification(registers, request[2] ?? 1, request[3] ?? 0)
  if (code < 1 || code > 4) return exception(code, exceptions.function)
  if (request.length !== 5) return exception(code, exceptions.value)
  const address = request.readUInt16BE(1)
  const count = request.readUInt16BE(3)
  if (count < 1 || count > (code <= 2 ? 2000 : 125)) return exception(code, exceptions.value)
  if (code <= 2) return bitAnswer(code, address, count, registers.bits?.(now()) ?? new Map())
  const words = code === 4 ? (registers.inputs ?? registers.words) : registers.words
  return wordAnswer(code, address, count, words(now()))
}

const exception = (code: number, what: number): Buffer => Buffer.from([(code | 0x80) & 0xff, what])

function wordAnswer(code: number, address: number, count: number, words: ReadonlyMap<number, number>): Buffer {
  const out = Buffer.alloc(2 + count * 2)
  out[0] = code
  out[1] = count * 2
  for (let i = 0; i < count; i += 1) {
    const word = words.get(address + i)
    if (word === undefined) return exception(code, exceptions.address)
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
    if (bit === undefined) return exception(code, exceptions.address)
    if (bit) out[2 + (i >> 3)] = (out[2 + (i >> 3)] ?? 0) | (1 << (i & 7))
  }
  return out
}

/** Object ids of section 6.21: vendor, product, revision; then the regular ones, name and model. */
const objectIds = { vendor: 0, product: 1, revision: 2, name: 4, model: 5 } as const
const codes = { basic: 1, single: 4 } as const
/** Basic and regular identification, as a stream and one by one. */
const conformity = 0x82

function identification({ identity }: Registers, code: number, from: number): Buffer {
  const all = Object.entries(objectIds).flatMap(([key, id]) => {
    const text = Object.entries(identity).find(([name]) => name === key)?.[1]
    return text === undefined ? [] : [{ id, text }]
  })
  const isBasicOnly = code === codes.basic
  const wanted =
    code === codes.single
      ? all.filter((it) => it.id === from)
      : all.filter((it) => it.id >= from && (!isBasicOnly || it.id <= objectIds.revision))
  if (code < codes.basic || code > codes.single) return exception(43, exceptions.value)
  if (wanted.length === 0) return exception(43, exceptions.address)
  const objects = wanted.flatMap(({ id, text }) => [Buffer.from([id, Buffer.byteLength(text)]), Buffer.from(text)])
  return Buffer.concat([Buffer.from([43, 14, code, conformity, 0, 0, wanted.length]), ...objects])
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

/** A 32-bit whole number as two words, high word first; a negative one as its two's complement. */
export function longWords(address: number, value: number): [number, number][] {
  const bits = Math.trunc(value) >>> 0
  return [
    [address, bits >>> 16],
    [address + 1, bits & 0xffff],
  ]
}
