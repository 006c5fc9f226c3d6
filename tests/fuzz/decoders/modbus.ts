/** Modbus TCP frames, exceptions, registers and identifications. */
import { isStewardError } from '@steward/shared/errors'
import { decodeRegister } from '../../../agent/src/drivers/modbus/decode.ts'
import {
  dataOf,
  frameOf,
  identificationOf,
  identificationRequest,
  isFromUnit,
  ModbusException,
  readRequest,
  takeFrame,
} from '../../../agent/src/drivers/modbus/frame.ts'
import type { Block } from '../../../agent/src/drivers/modbus/read-plan.ts'
import { type Decoder, hex } from '../decoder.ts'

const requests = [readRequest('holding', 0, 4), readRequest('coil', 0, 9), identificationRequest(0)]
const register = {
  id: 'a',
  name: 'a',
  table: 'holding',
  address: 0,
  scale: 1,
  offset: 0,
  class: 'x',
  unit: '',
} as const
const block: Block = { table: 'holding', address: 0, count: 4, registers: [] }
const formats = ['u16', 's16', 'u32', 's32', 'u64', 's64', 'f32', 'f64', 'bit'] as const

export const modbusTcp: Decoder = {
  corpus: [
    frameOf(1, 1, Buffer.from([3, 8, 0, 0, 0x7f, 0xc0, 0, 0, 0xff, 0xff])),
    frameOf(2, 1, Buffer.from([1, 2, 0xff, 1])),
    frameOf(3, 255, Buffer.from([0x83, 11])),
    frameOf(4, 1, Buffer.concat([Buffer.from([0x2b, 0x0e, 1, 1, 0xff, 2, 2, 0, 4]), Buffer.from('ACME\x01\x02M1')])),
  ],
  tokens: hex('00 00 00 03 01 83', 'ff ff', '2b 0e 01 01 ff', '00 fe'),
  isRefusal: (error) => isStewardError(error, 'driver/protocol') || error instanceof ModbusException,
  open: () => ({
    decode(bytes, chance) {
      let rest = bytes
      let frames = 0
      for (let found = takeFrame(rest); found !== null; found = takeFrame(rest)) {
        frames += 1
        rest = found.rest
        const request = requests[chance(requests.length)] ?? Buffer.alloc(5)
        isFromUnit(found.frame.pdu)
        const data = dataOf(request, found.frame.pdu)
        if (request[0] === 0x2b) identificationOf(data)
        if (request[0] !== 3) continue
        for (const format of formats) {
          for (const wordOrder of ['big', 'little'] as const)
            decodeRegister({ ...register, format, wordOrder }, block, data)
        }
      }
      return frames === 0 ? null : frames
    },
  }),
}
