import { isStewardError } from '@steward/shared/errors'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { dataOf, frameOf, identificationOf, ModbusException, readRequest, takeFrame } from './frame.ts'

describe('frames', () => {
  test('what is written is read again, however it is cut', () => {
    fc.assert(
      fc.property(
        fc.nat(65_535),
        fc.nat(255),
        fc.uint8Array({ minLength: 1, maxLength: 253 }),
        fc.nat(20),
        (id, unit, pdu, extra) => {
          const bytes = Buffer.concat([frameOf(id, unit, Buffer.from(pdu)), Buffer.alloc(extra)])
          const whole = 7 + pdu.length
          expect(takeFrame(bytes.subarray(0, whole - 1))).toBeNull()
          const taken = takeFrame(bytes)
          expect(taken?.frame).toEqual({ transaction: id, unit, pdu: Buffer.from(pdu) })
          expect(taken?.rest.length).toBe(extra)
        },
      ),
    )
  })

  test('bytes that are no frame are an error, never an endless wait', () => {
    expect(() => takeFrame(Buffer.from('HTTP/1.1 400 Bad Request'))).toThrow(/not Modbus TCP/)
    expect(() => takeFrame(Buffer.from([0, 1, 0, 0, 0, 1, 1]))).toThrow(/not Modbus TCP/)
  })
})

describe('answers', () => {
  const request = readRequest('holding', 0, 2)

  test('data of the length that was asked for', () => {
    expect(dataOf(request, Buffer.from([3, 4, 1, 2, 3, 4]))).toEqual(Buffer.from([1, 2, 3, 4]))
    expect(() => dataOf(request, Buffer.from([3, 2, 1, 2]))).toThrow(/2 bytes where 4/)
    expect(() => dataOf(request, Buffer.from([4, 4, 1, 2, 3, 4]))).toThrow(/another function/)
  })

  test('exceptions are told from silence behind a gateway', () => {
    const exceptionOf = (code: number): unknown => {
      try {
        return dataOf(request, Buffer.from([0x83, code]))
      } catch (error) {
        return error
      }
    }
    expect(exceptionOf(2)).toMatchObject({ exception: 2, isSilence: false })
    expect(exceptionOf(11)).toMatchObject({ exception: 11, isSilence: true })
    expect(exceptionOf(2)).toBeInstanceOf(ModbusException)
  })

  test('whatever comes, reading it ends with data or with an error that says why', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 300 }), (bytes) => {
        try {
          dataOf(request, Buffer.from(bytes))
        } catch (error) {
          expect(isStewardError(error) || error instanceof ModbusException).toBe(true)
        }
        identificationOf(Buffer.from(bytes))
      }),
    )
  })
})
