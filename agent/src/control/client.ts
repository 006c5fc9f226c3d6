import { request } from 'node:http'
import { text } from 'node:stream/consumers'
import { StewardError } from '@steward/shared/errors'
import { systemCode } from '../vault/index.ts'
import { type Changed, controlPaths, LocalStatus } from './messages.ts'
import { socketPath } from './socket-path.ts'

const timeoutMs = 10_000

/** What the running agent says of itself; null when none runs on this folder. */
export async function askAgent(dataDir: string): Promise<LocalStatus | null> {
  const answer = await call(dataDir, 'GET', controlPaths.status)
  if (answer === null) return null
  const status = LocalStatus.safeParse(answer.status === 200 ? JSON.parse(answer.text) : null)
  if (status.success) return status.data
  throw new StewardError('system/internal', 'The running agent does not say how it is; look into its log.')
}

/** Has the running agent look at what was changed on the disk; false when none runs on this folder. */
export async function tellAgent(dataDir: string, changed: Partial<Changed>): Promise<boolean> {
  const answer = await call(dataDir, 'POST', controlPaths.changed, JSON.stringify(changed))
  if (answer === null) return false
  if (answer.status === 204) return true
  throw new StewardError('system/internal', 'The running agent did not take the change; restart it.')
}

export async function isAgentRunning(dataDir: string): Promise<boolean> {
  return (await call(dataDir, 'GET', '/')) !== null
}

type Answer = { status: number; text: string }

function call(dataDir: string, method: string, path: string, body?: string): Promise<Answer | null> {
  return new Promise((resolve, reject) => {
    const asked = request({ socketPath: socketPath(dataDir), method, path, timeout: timeoutMs, agent: false })
    asked.once('response', (answer) => {
      text(answer)
        .then((it) => resolve({ status: answer.statusCode ?? 0, text: it }))
        .catch(reject)
    })
    asked.once('timeout', () => asked.destroy(new Error('no answer')))
    asked.once('error', (error) => {
      if (['ENOENT', 'ECONNREFUSED'].includes(systemCode(error))) resolve(null)
      else reject(unreachable(error))
    })
    asked.end(body)
  })
}

function unreachable(error: Error): StewardError {
  const isDenied = ['EACCES', 'EPERM'].includes(systemCode(error))
  const why = isDenied ? 'it belongs to another user: use sudo' : error.message
  return new StewardError('system/data-folder', `The running agent cannot be asked: ${why}.`, { cause: error })
}
