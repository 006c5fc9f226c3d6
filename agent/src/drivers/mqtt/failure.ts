/** What a broker means when it says no (MQTT 3.1.1, section 3.2.2.3; MQTT 5, section 3.2.2.2). */
import { StewardError } from '@steward/shared/errors'
import { networkFailure } from '../network-failure.ts'

const wrongLogin = [4, 5, 0x86, 0x87, 0x8c]
const otherVersion = [1, 0x84]
const busy = [3, 0x88, 0x89, 0x8b, 0x97, 0x9f]
const banned = 0x8a

/** Null: the error is no refusal of the broker. */
export function refusalOf(error: unknown, where: string, hasLogin: boolean): StewardError | null {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (typeof code !== 'number') return null
  if (wrongLogin.includes(code))
    return hasLogin
      ? new StewardError('driver/refused-credentials', `${where} refuses the user or password`)
      : new StewardError('driver/no-secret', `${where} asks for a user and password; set them at the agent`)
  if (otherVersion.includes(code))
    return new StewardError('driver/protocol', `${where} does not speak this version of MQTT; choose the other one`)
  if (code === banned) return new StewardError('driver/refused-credentials', `${where} has banned this agent`)
  if (busy.includes(code)) return new StewardError('driver/unreachable', `${where} is there, but takes nobody now`)
  return new StewardError('driver/protocol', `${where} refuses the connection with reason ${code}`)
}

const certificateErrors = /CERT|VERIFY|ISSUER|SELF_SIGNED|ALTNAME/

export function tlsFailure(error: unknown, where: string): StewardError {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  if (!certificateErrors.test(code)) return networkFailure(error, where)
  const text = `${where} shows a certificate that the given authority or name does not fit (${code}); check both`
  return new StewardError('driver/protocol', text, { cause: error })
}
