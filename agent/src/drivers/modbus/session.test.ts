import { once } from 'node:events'
import { createServer, type Server, type Socket } from 'node:net'
import { ModbusConnection } from '@steward/shared/model'
import { afterEach, expect, test } from 'vitest'
import { frameOf, takeFrame } from './frame.ts'
import { createModbusDriver } from './index.ts'

const closers: (() => void)[] = []
afterEach(() => {
  for (const close of closers.splice(0)) close()
})

/** Listens on a free port and gives each question to `answer`, one after the other. */
async function serve(answer: (unit: number, pdu: Buffer) => Promise<Buffer | null>): Promise<number> {
  const sockets = new Set<Socket>()
  const server: Server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined)
    socket.on('data', async (bytes: Buffer) => {
      const taken = takeFrame(bytes)
      if (taken === null) return
      const { transaction, unit, pdu } = taken.frame
      const reply = await answer(unit, Buffer.from(pdu))
      if (reply !== null) socket.write(frameOf(transaction, unit, reply))
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

function open(port: number, unit: number, addresses: readonly number[]) {
  const driver = createModbusDriver()
  closers.push(() => driver.close())
  const registers = addresses.map((address) => ({ id: `r${address}`, name: `r${address}`, address }))
  const connection = ModbusConnection.parse({ driver: 'modbus', port, unit, registers })
  return {
    driver,
    session: driver.open({ device: 'tested', address: '127.0.0.1', connection, secret: null }),
    connection,
  }
}

const limits = (timeoutMs: number) => ({ timeoutMs, signal: new AbortController().signal })
const exception = (pdu: Buffer, code: number): Buffer => Buffer.from([pdu.readUInt8(0) | 0x80, code])
/** Ones for every register that is read; any other function is not known. */
const value = (pdu: Buffer): Buffer => {
  if (pdu.readUInt8(0) !== 3) return exception(pdu, 1)
  const count = pdu.readUInt16BE(3)
  return Buffer.concat([Buffer.from([pdu.readUInt8(0), count * 2]), Buffer.alloc(count * 2, 1)])
}

test('a slow unit that is being read is not silent: what it answers to the poll answers the check', async () => {
  const waiting: (() => void)[] = []
  const port = await serve(async (_, pdu) => {
    await new Promise<void>((resolve) => waiting.push(resolve))
    return value(pdu)
  })
  const { session } = open(port, 1, [0, 1000])
  const poll = session.poll(limits(20_000))
  while (waiting.length === 0) await new Promise((resolve) => setImmediate(resolve))
  // The check is behind the poll's question; only that one is answered.
  const check = session.check(limits(10_000))
  waiting.shift()?.()
  expect(await check).toMatchObject({ ok: true })
  let isDone = false
  const done = poll.finally(() => {
    isDone = true
  })
  while (!isDone) {
    waiting.shift()?.()
    await new Promise((resolve) => setImmediate(resolve))
  }
  expect((await done).values).toEqual({ r0: 257, r1000: 257 })
})

test('an exception is an answer, but not one that a gateway gives for a silent unit', async () => {
  const port = await serve(async (unit, pdu) => exception(pdu, unit === 1 ? 2 : 11))
  expect(await open(port, 1, [0]).session.check(limits(5000))).toMatchObject({ ok: true })
  expect(await open(port, 2, [0]).session.check(limits(5000))).toMatchObject({ ok: false, code: 'driver/timeout' })
})

test('registers that are refused together are read one by one, and only the wrong one is lost', async () => {
  const asked: number[] = []
  const port = await serve(async (_, pdu) => {
    if (pdu.readUInt8(0) !== 3) return value(pdu)
    const [address, count] = [pdu.readUInt16BE(1), pdu.readUInt16BE(3)]
    asked.push(count)
    return address <= 2 && 2 < address + count ? exception(pdu, 2) : value(pdu)
  })
  const { session } = open(port, 1, [0, 2, 4])
  const reading = await session.poll(limits(5000))
  expect(reading.values).toEqual({ r0: 257, r2: null, r4: 257 })
  expect(reading.errors.map((it) => it.point)).toEqual(['r2'])
  await session.poll(limits(5000))
  expect(asked).toEqual([5, 1, 1, 1, 1, 1, 1])
})

test('units behind one gateway share its connection, one question at a time', async () => {
  let running = 0
  let most = 0
  const port = await serve(async (_, pdu) => {
    running += 1
    most = Math.max(most, running)
    await new Promise((resolve) => setImmediate(resolve))
    running -= 1
    return value(pdu)
  })
  const { driver, session, connection } = open(port, 1, [0])
  const other = driver.open({
    device: 'other',
    address: '127.0.0.1',
    connection: { ...connection, unit: 2 },
    secret: null,
  })
  const outcomes = await Promise.all([
    session.check(limits(5000)),
    other.check(limits(5000)),
    session.check(limits(5000)),
  ])
  expect(outcomes.map((it) => it.ok)).toEqual([true, true, true])
  expect(most).toBe(1)
})
