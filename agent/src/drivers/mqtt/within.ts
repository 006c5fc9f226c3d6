/** Waiting for what others wait for too: who gives up does not end it for them. */
import type { Limits } from '../contract.ts'
import { aborted, timedOut } from '../network-failure.ts'

export function within<T>(shared: Promise<T>, where: string, { timeoutMs, signal }: Limits): Promise<T> {
  return new Promise((resolve, reject) => {
    const settle = (finish: () => void): void => {
      clearTimeout(timer)
      signal.removeEventListener('abort', onAbort)
      finish()
    }
    const onAbort = (): void => settle(() => reject(aborted(where)))
    const timer = setTimeout(() => settle(() => reject(timedOut(where, timeoutMs))), timeoutMs)
    signal.addEventListener('abort', onAbort, { once: true })
    shared.then(
      (it) => settle(() => resolve(it)),
      (error: unknown) => settle(() => reject(error)),
    )
    if (signal.aborted) onAbort()
  })
}
