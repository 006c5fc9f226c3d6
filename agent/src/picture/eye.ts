/** Has pictures looked at by a process of its own, which is there only while there are some. */
import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { StewardError } from '@steward/shared/errors'
import type { PictureState } from './compare.ts'
import { Answer } from './protocol.ts'

export type Look = { state: PictureState; isSettled: boolean }

export type PictureEye = {
  /**
   * `camera` names whose picture it is, `atMs` when it was taken (since 1970), `turns` whether it is made to look elsewhere (PTZ).
   * Null: too many wait, try the next one. Throws StewardError where it is no picture, or none can be looked at here.
   */
  look(camera: string, file: Buffer, atMs: number, turns?: boolean): Promise<Look | null>
  /** frees the process and ends what waits; it may be used again */
  close(): void
}

type Waiting = { resolve: (look: Look) => void; reject: (error: Error) => void; timer: NodeJS.Timeout }

const idleMs = 10_000
const patienceMs = 20_000
/** Pictures are large; whoever comes now has another one in a minute. */
const mostWaiting = 6
/** After it could not be started, or fell. */
const restMs = 60_000
/** Little memory: what lives long is small. */
const options = ['--disable-warning=ExperimentalWarning', '--max-semi-space-size=1', '--optimize-for-size']

/** `file`: where it keeps what it knows. */
export function createPictureEye(file: string): PictureEye {
  const waiting = new Map<number, Waiting>()
  let child: ChildProcess | null = null
  let idle: NodeJS.Timeout | null = null
  let restUntilMs = 0
  let last = 0

  const settle = (id: number): Waiting | undefined => {
    const found = waiting.get(id)
    if (found !== undefined) clearTimeout(found.timer)
    waiting.delete(id)
    if (waiting.size > 0 || child === null) return found
    if (idle !== null) clearTimeout(idle)
    idle = setTimeout(rest, idleMs).unref()
    return found
  }
  const rest = (): void => {
    if (idle !== null) clearTimeout(idle)
    idle = null
    if (child?.connected === true) child.disconnect()
    child = null
  }
  const fallen = (own: ChildProcess): void => {
    if (child !== own) return
    child = null
    restUntilMs = performance.now() + restMs
    for (const id of [...waiting.keys()]) settle(id)?.reject(blind())
  }
  const take = (answer: Answer): void => {
    const asked = settle(answer.id)
    if ('state' in answer) asked?.resolve({ state: answer.state, isSettled: answer.isSettled })
    else asked?.reject(new StewardError('driver/protocol', `it is no picture: ${answer.unreadable.split('\n')[0]}`))
  }
  const start = (): ChildProcess => {
    const own = fork(fileURLToPath(new URL('./picture-worker.ts', import.meta.url)), [file], {
      ...{ serialization: 'advanced', execArgv: options, env: { MALLOC_ARENA_MAX: '2' } },
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    })
    own.on('message', (message) => {
      const { data: answer } = Answer.safeParse(message)
      // It has read what strangers sent: who speaks otherwise than it should is not listened to any more.
      if (answer === undefined) own.kill('SIGKILL')
      else take(answer)
    })
    own.on('error', () => fallen(own))
    own.on('exit', () => fallen(own))
    return own
  }

  return {
    async look(camera, picture, atMs, turns = false) {
      if (performance.now() < restUntilMs) throw blind()
      if (waiting.size >= mostWaiting) return null
      if (idle !== null) clearTimeout(idle)
      idle = null
      child ??= start()
      const own = child
      last += 1
      const id = last
      return new Promise<Look>((resolve, reject) => {
        // A picture that hangs it must not hang the rest.
        const timer = setTimeout(() => own.kill('SIGKILL'), patienceMs)
        waiting.set(id, { resolve, reject, timer })
        own.send({ id, camera, turns, atMs, file: picture }, (error) => {
          if (error !== null) settle(id)?.reject(blind())
        })
      })
    },
    close() {
      rest()
      for (const id of [...waiting.keys()]) settle(id)?.reject(blind())
    },
  }
}

function blind(): StewardError {
  return new StewardError('system/internal', 'the process that looks at pictures does not work on this machine')
}
