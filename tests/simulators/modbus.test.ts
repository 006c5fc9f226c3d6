import { once } from 'node:events'
import { connect } from 'node:net'
import modbus from 'modbus-serial'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openGate, startModbusDevice } from './index.ts'
import { plantRegisters, registersOf } from './plant.ts'

const at = Date.UTC(2026, 5, 1, 4)

describe('plant over Modbus TCP, asked by modbus-serial', () => {
  const client = new modbus.default()
  let device: Awaited<ReturnType<typeof startModbusDevice>>
  beforeAll(async () => {
    const registers = plantRegisters('ahu-1', 'air-handler')
    device = await startModbusDevice({
      address: '127.0.0.1',
      port: 0,
      unit: 7,
      gate: openGate(),
      registers,
      now: () => at,
    })
    await client.connectTCP('127.0.0.1', { port: device.port })
    client.setTimeout(300)
  })
  afterAll(async () => {
    client.close(() => undefined)
    await device.close()
  })

  const registerOf = (id: string) => registersOf('air-handler').find((it) => it.id === id)

  test('floats, scaled and plain whole numbers and bits stand where the configuration says', async () => {
    client.setID(7)
    const supply = (await client.readHoldingRegisters(registerOf('supply')?.address ?? -1, 2)).buffer.readFloatBE(0)
    expect(supply).toBeGreaterThan(12)
    expect(supply).toBeLessThan(17)
    const setpoint = registerOf('setpoint')
    const [raw] = (await client.readHoldingRegisters(setpoint?.address ?? -1, 1)).data
    expect((raw ?? 0) * (setpoint?.scale ?? 0)).toBeCloseTo(14)
    expect((await client.readHoldingRegisters(registerOf('state')?.address ?? -1, 1)).data).toEqual([1])
    const pressure = (await client.readInputRegisters(registerOf('filter')?.address ?? -1, 1)).data[0]
    expect(pressure).toBeGreaterThan(100)
    expect((await client.readDiscreteInputs(registerOf('filter-alarm')?.address ?? -1, 1)).data[0]).toBe(false)
  })

  test('it says what it is', async () => {
    client.setID(7)
    const { data } = await client.readDeviceIdentification(2, 0)
    expect(data).toMatchObject({ 0: 'Steward Simulations', 1: 'SIM-AIR-HANDLER', 2: '1.4.2', 4: 'ahu-1' })
  })

  test.each([
    ['an address without a register', () => client.readHoldingRegisters(5000, 2), 2],
    ['too many registers', () => client.readHoldingRegisters(0, 126), 3],
    ['writing', () => client.writeRegister(20, 1), 1],
  ])('%s is an exception', async (_what, ask, code) => {
    client.setID(7)
    await expect(ask()).rejects.toMatchObject({ modbusCode: code })
  })

  test('another unit is silence', async () => {
    client.setID(8)
    await expect(client.readHoldingRegisters(0, 2)).rejects.toMatchObject({ name: 'TransactionTimedOutError' })
  })

  test('what is no Modbus ends the connection', async () => {
    const socket = connect(device.port, '127.0.0.1')
    socket.write('GET / HTTP/1.1\r\n\r\n')
    await once(socket.resume(), 'close')
    expect(socket.destroyed).toBe(true)
  })
})

describe('values of the plant', () => {
  const power = (time: number) => {
    const words = plantRegisters('meter-1', 'meter').words(time)
    const address = registersOf('meter').find((it) => it.id === 'power')?.address ?? -1
    const bytes = Buffer.alloc(4)
    bytes.writeUInt16BE(words.get(address) ?? 0, 0)
    bytes.writeUInt16BE(words.get(address + 1) ?? 0, 2)
    return bytes.readFloatBE(0)
  }

  test('are the same for the same time, move slowly, and follow the day', () => {
    expect(power(at)).toBe(power(at))
    expect(Math.abs(power(at) - power(at + 60_000))).toBeLessThan(3000)
    expect(power(Date.UTC(2026, 5, 1, 6))).toBeGreaterThan(power(Date.UTC(2026, 5, 1, 18)) + 10_000)
  })
})
