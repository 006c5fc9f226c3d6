/** Answers of time servers. */
import { isStewardError } from '@steward/shared/errors'
import { ntpQuestion, offsetOf, readNtpAnswer } from '../../../agent/src/drivers/ntp/packet.ts'
import { type Decoder, hex } from '../decoder.ts'

const nonce = Buffer.from('0123456789abcdef', 'hex')
const answer = ntpQuestion(nonce)
answer.writeUInt8(0x24, 0)
answer.writeUInt8(2, 1)
nonce.copy(answer, 24)
answer.writeBigUInt64BE(0xeb00_0000_1234_5678n, 32)
answer.writeBigUInt64BE(0xeb00_0000_2234_5678n, 40)
const kiss = Buffer.from(answer)
kiss.writeUInt8(0, 1)
kiss.write('RATE', 12)

export const ntp: Decoder = {
  corpus: [answer, kiss],
  tokens: hex('00 00 00 00 00 00 00 00', 'ff ff ff ff ff ff ff ff', '24', '0123456789abcdef'),
  isRefusal: (error) => isStewardError(error, 'driver/protocol') && /^there [^\n]{1,200}$/.test(error.message),
  open: () => ({
    decode(bytes) {
      const told = readNtpAnswer(bytes, nonce, 'there')
      if (told === null) return null
      const figures = [...Object.values(offsetOf(told, 1_800_000_000_000, 20)), told.rootDistanceMs]
      if (!figures.every(Number.isFinite)) throw new Error(`no figures: ${figures.join(', ')}`)
      return told
    },
  }),
}
