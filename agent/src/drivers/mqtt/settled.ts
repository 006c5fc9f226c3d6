/** Waiting for a broker's answer. */
import { StewardError } from '@steward/shared/errors'
import type { MqttClient } from 'mqtt'
import type { Limits } from '../contract.ts'
import { aborted, networkFailure, timedOut } from '../network-failure.ts'
import { refusalOf } from './failure.ts'

/** Waits for what `begin` resolves, and ends with the time, the abort, an error or the connection; `begin` may give a clean-up. */
export function settled(
  client: MqttClient,
  { where, hasLogin }: { where: string; hasLogin: boolean },
  { timeoutMs, signal }: Limits,
  begin: (resolve: () => void) => unknown,
): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = (finish: () => void): void => {
      clearTimeout(timer)
      signal.removeEventListener('abort', onAbort)
      client.off('error', onError)
      client.off('close', onClose)
      if (typeof cleanUp === 'function') cleanUp()
      finish()
    }
    const fail = (error: StewardError): void => end(() => reject(error))
    const onAbort = (): void => fail(aborted(where))
    const onError = (error: Error): void => fail(refusalOf(error, where, hasLogin) ?? networkFailure(error, where))
    const onClose = (): void =>
      fail(new StewardError('driver/unreachable', `${where} closed the connection in the middle`))
    const timer = setTimeout(() => fail(timedOut(where, timeoutMs)), timeoutMs)
    let cleanUp: unknown
    if (signal.aborted) {
      onAbort()
      return
    }
    signal.addEventListener('abort', onAbort, { once: true })
    client.on('error', onError)
    client.on('close', onClose)
    cleanUp = begin(() => end(resolve))
  })
}
