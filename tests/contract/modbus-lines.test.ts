/** RTU frames over TCP and over a serial line, and lines that lie: against servers on real sockets and a pair of pseudo terminals. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createDrivers, openSession } from '@steward/agent/drivers'
import { ModbusConnection } from '@steward/shared/model'
import { ServerSerial } from 'modbus-serial'
import { afterEach, expect, test } from 'vitest'
import { z } from 'zod'
import { findProgram } from '../requirements.ts'

const crc16 = z
  .custom<(bytes: Buffer) => number>((it) => typeof it === 'function')
  .parse(createRequire(import.meta.url)('modbus-serial/utils/crc16.js'))

const closers: (() => unknown)[] = []
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close()
})

/** Gives each question's bytes to `answer`, and writes what it gives. */
async function serve(answer: (bytes: Buffer, socket: Socket) => Buffer | null): Promise<number> {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined)
    socket.on('data', (bytes: Buffer) => {
      const reply = answer(bytes, socket)
      if (reply !== null && !socket.destroyed) socket.write(reply)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  closers.push(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  const bound = server.address()
  return bound !== null && typeof bound === 'object' ? bound.port : 0
}

const registers = [
  { id: 'a', name: 'A', address: 10 },
  { id: 'b', name: 'B', address: 12, format: 's16', scale: 0.1 },
]

function open(connection: object) {
  const drivers = createDrivers({})
  closers.push(() => drivers.modbus.close())
  return (unit = 7) =>
    openSession(drivers, {
      device: `unit-${unit}`,
      address: '127.0.0.1',
      connection: ModbusConnection.parse({ driver: 'modbus', registers, unit, ...connection }),
      secret: null,
    })
}
const limits = (timeoutMs: number) => ({ timeoutMs, signal: AbortSignal.timeout(60_000) })

/** With a checksum made by another library. */
function rtu(...body: number[]): Buffer {
  const bytes = Buffer.from([...body, 0, 0])
  bytes.writeUInt16LE(crc16(bytes.subarray(0, -2)), bytes.length - 2)
  return bytes
}
const values = [7, 3, 6, 0, 42, 0, 0, 0xff, 0xf6]
const isRead = (bytes: Buffer): boolean => bytes[1] === 3
const refusal = (bytes: Buffer): Buffer => rtu(bytes[0] ?? 0, (bytes[1] ?? 0) | 0x80, 1)

test('RTU frames are read over TCP, and the questions have a right checksum', async () => {
  const wrong: string[] = []
  const port = await serve((bytes) => {
    if (crc16(bytes.subarray(0, -2)) !== bytes.readUInt16LE(bytes.length - 2)) wrong.push(bytes.toString('hex'))
    return isRead(bytes) ? rtu(...values) : refusal(bytes)
  })
  const session = open({ port, transport: 'rtu-over-tcp' })()
  expect(await session.check(limits(5000))).toMatchObject({ ok: true })
  expect(await session.poll(limits(5000))).toMatchObject({ values: { a: 42, b: -1 }, errors: [] })
  expect(wrong).toEqual([])
})

test('an answer in pieces, behind an echo of the question, is one answer', async () => {
  const port = await serve((bytes, socket) => {
    if (!isRead(bytes)) return refusal(bytes)
    const whole = Buffer.concat([bytes, rtu(...values)])
    for (const byte of whole) socket.write(Buffer.from([byte]))
    return null
  })
  const reading = await open({ port, transport: 'rtu-over-tcp' })().poll(limits(5000))
  expect(reading.values).toEqual({ a: 42, b: -1 })
})

test('a wrong checksum is an error that says so, and the next poll is right again', async () => {
  let polls = 0
  const port = await serve((bytes) => {
    if (!isRead(bytes)) return refusal(bytes)
    polls += 1
    const answer = rtu(...values)
    if (polls === 1) answer.writeUInt8(answer.readUInt8(4) ^ 1, 4)
    return answer
  })
  const session = open({ port, transport: 'rtu-over-tcp' })()
  await expect(session.poll(limits(5000))).rejects.toMatchObject({ code: 'driver/protocol', message: /checksum/ })
  expect((await session.poll(limits(5000))).values).toEqual({ a: 42, b: -1 })
})

test('answers to other questions, of other units and of other lengths are no answers', async () => {
  const frame = (transaction: number, unit: number, pdu: number[]): Buffer => {
    const bytes = Buffer.from([0, 0, 0, 0, 0, pdu.length + 1, unit, ...pdu])
    bytes.writeUInt16BE(transaction, 0)
    return bytes
  }
  const port = await serve((bytes) => {
    const [transaction, unit] = [bytes.readUInt16BE(0), bytes.readUInt8(6)]
    if (bytes.readUInt8(7) !== 3) return frame(transaction, unit, [bytes.readUInt8(7) | 0x80, 1])
    const late = frame(transaction - 1, unit, [3, 6, 0, 99, 0, 99, 0, 99])
    const other = frame(transaction, unit + 1, [3, 6, 0, 98, 0, 98, 0, 98])
    return Buffer.concat([late, other, frame(transaction, unit, [3, 6, 0, 42, 0, 0, 0xff, 0xf6])])
  })
  expect((await open({ port })().poll(limits(5000))).values).toEqual({ a: 42, b: -1 })
  const lying = await serve((bytes) => frame(bytes.readUInt16BE(0), bytes.readUInt8(6), [3, 2, 0, 42]))
  await expect(open({ port: lying })().poll(limits(5000))).rejects.toMatchObject({ code: 'driver/protocol' })
})

test('a silent unit does not hold up the others: after a while it is asked rarely', async () => {
  const asked = new Map<number, number>()
  const port = await serve((bytes) => {
    const unit = bytes.readUInt8(6)
    asked.set(unit, (asked.get(unit) ?? 0) + 1)
    if (unit === 9) return null
    const pdu = bytes.readUInt8(7) === 3 ? [3, 6, 0, 42, 0, 0, 0xff, 0xf6] : [bytes.readUInt8(7) | 0x80, 1]
    return Buffer.concat([bytes.subarray(0, 4), Buffer.from([0, pdu.length + 1, unit, ...pdu])])
  })
  const at = open({ port })
  const [dead, alive] = [at(9), at(1)]
  for (let round = 0; round < 12; round += 1) {
    const [gone, read] = await Promise.allSettled([dead.poll(limits(60)), alive.poll(limits(5000))])
    expect(gone).toMatchObject({ status: 'rejected', reason: { code: 'driver/timeout' } })
    expect(read).toMatchObject({ status: 'fulfilled', value: { values: { a: 42 } } })
  }
  expect(asked.get(9)).toBeLessThan(8)
  await expect(dead.poll(limits(60))).rejects.toThrow(/unit 9|did not answer/)
})

/** Two ends of a line without a wire. */
async function serialPair(): Promise<[string, string]> {
  const socat = findProgram('socat')
  if (socat === null) throw new Error('socat is missing: apt-get install socat')
  const folder = mkdtempSync(join(tmpdir(), 'steward-serial-'))
  const ends: [string, string] = [join(folder, 'a'), join(folder, 'b')]
  const child = spawn(socat, ['-d', '-d', ...ends.map((it) => `pty,raw,echo=0,link=${it}`)], {
    stdio: ['ignore', 'ignore', 'pipe'],
  })
  closers.push(async () => {
    const gone = once(child, 'exit')
    child.kill()
    await gone
    rmSync(folder, { recursive: true, force: true })
  })
  for await (const text of child.stderr) if (String(text).includes('starting data transfer')) break
  expect(ends.every((it) => existsSync(it))).toBe(true)
  return ends
}

test('a serial line is opened with its settings, and read', async () => {
  const [ours, theirs] = await serialPair()
  const vector = { getHoldingRegister: (at: number) => (at === 10 ? 42 : at === 12 ? 65_526 : 0) }
  const device = new ServerSerial(vector, { path: theirs, baudRate: 9600, unitID: 7 })
  closers.push(() => new Promise((resolve) => device.close(() => resolve(null))))
  await once(device, 'initialized')
  // A pseudo terminal has a number of its own behind the name.
  const serial = { path: realpathSync(ours), baud: 9600, parity: 'none' }
  const session = open({ transport: 'serial', serial })()
  closers.push(() => session.close())
  expect(await session.check(limits(5000))).toMatchObject({ ok: true })
  expect((await session.poll(limits(2000))).values).toEqual({ a: 42, b: -1 })
})

test('a serial port that is not there is said so', async () => {
  const session = open({ transport: 'serial', serial: { path: '/dev/ttyNotThere' } })()
  expect(await session.check(limits(5000))).toMatchObject({ ok: false, message: expect.stringMatching(/is not there/) })
})
