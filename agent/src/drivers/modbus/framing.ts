/** How questions and answers are put into bytes: with a header over TCP, with a checksum on serial lines. */
import { type Frame, frameOf, takeFrame } from './frame.ts'
import { rtuFrame, takeRtuFrame } from './rtu.ts'

export type Framing = {
  make(transaction: number, unit: number, pdu: Buffer): Buffer
  /** `sent`: the question that waits. Throws `driver/protocol` for what is no frame. */
  take(bytes: Buffer, sent: Buffer | null): { frame: Frame; rest: Buffer } | null
  /** answers name their question: one that comes late cannot be taken for another's */
  isNumbered: boolean
}

export const tcpFraming: Framing = { make: frameOf, take: (bytes) => takeFrame(bytes), isNumbered: true }
export const rtuFraming: Framing = {
  make: (_, unit, pdu) => rtuFrame(unit, pdu),
  take: takeRtuFrame,
  isNumbered: false,
}
