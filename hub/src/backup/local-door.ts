/** The hub's door for commands on its own machine: a socket that only its user (and root) may open. */
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { chmodSync, existsSync, rmSync } from 'node:fs'
import { createServer, request, type ServerResponse } from 'node:http'
import { connect } from 'node:net'
import { join, relative, resolve } from 'node:path'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { isStewardError, Problem, problemOf, StewardError } from '@steward/shared/errors'

/** sun_path, with its closing zero: 104 bytes on macOS, 108 on Linux. */
const longestPath = 103

/** Where the socket of a data folder is: absolute, or relative to here where that is too long; null where both are. */
function socketOf(dataDir: string): string | null {
  const path = join(resolve(dataDir), 'hub.sock')
  if (process.platform === 'win32') {
    return `\\\\.\\pipe\\steward-hub-${createHash('sha256').update(path).digest('hex').slice(0, 32)}`
  }
  return [path, relative(process.cwd(), path)].find((it) => Buffer.byteLength(it) <= longestPath) ?? null
}

export type LocalDoor = { close(): Promise<void> }

/** Throws `system/data-folder` when a hub answers at a data folder's door already. */
export async function refuseSecondHub(dataDir: string): Promise<void> {
  const path = socketOf(dataDir)
  if (path === null || !(await answers(path))) return
  throw new StewardError(
    'system/data-folder',
    `A hub is running on the data folder ${dataDir} already; stop it, or choose another folder with --data.`,
  )
}

/** Opens the door of a data folder: `GET /backup` streams a backup. Null where the folder's path is too long for a socket. */
export async function openLocalDoor(dataDir: string, backup: () => Promise<Readable>): Promise<LocalDoor | null> {
  const path = socketOf(dataDir)
  if (path === null) return null
  if (existsSync(path)) rmSync(path)
  let busy = false
  const server = createServer((asked, answer) => {
    if (asked.method !== 'GET' || asked.url !== '/backup') {
      refuse(answer, new StewardError('input/not-found', 'There is only GET /backup here.'))
    } else if (busy) {
      refuse(answer, new StewardError('input/conflict', 'A backup is being taken already; wait for it.'))
    } else {
      busy = true
      void sendBackup(answer, backup).finally(() => {
        busy = false
      })
    }
  })
  server.listen(path)
  await once(server, 'listening')
  if (process.platform !== 'win32') chmodSync(path, 0o600)
  return {
    async close() {
      server.closeAllConnections()
      await new Promise((done) => server.close(done))
    },
  }
}

function answers(path: string): Promise<boolean> {
  return new Promise((done) => {
    const socket = connect(path)
    socket.once('connect', () => done(true))
    socket.once('error', () => done(false))
    socket.once('connect', () => socket.destroy())
  })
}

async function sendBackup(answer: ServerResponse, backup: () => Promise<Readable>): Promise<void> {
  try {
    const stream = await backup()
    answer.writeHead(200, { 'content-type': 'application/gzip' })
    await pipeline(stream, answer)
  } catch (error) {
    // Once bytes have gone, only the missing end can say that it failed.
    if (answer.headersSent) answer.destroy()
    else refuse(answer, error)
  }
}

function refuse(answer: ServerResponse, error: unknown): void {
  const why = error instanceof Error ? error.message : String(error)
  const known = isStewardError(error) ? error : new StewardError('system/internal', `The backup failed: ${why}`)
  const problem = problemOf(known)
  answer.writeHead(problem.status, { 'content-type': 'application/problem+json' }).end(JSON.stringify(problem))
}

/** A backup from the hub that runs on a data folder; null when none does. Throws with the hub's own sentence. */
export async function takeFromRunningHub(dataDir: string): Promise<Readable | null> {
  const path = socketOf(dataDir)
  if (path === null || !(await answers(path))) return null
  const asked = request({ socketPath: path, path: '/backup', agent: false })
  asked.end()
  const [answer] = await once(asked, 'response')
  if (answer.statusCode === 200) return answer
  const parts: Buffer[] = []
  for await (const part of answer) parts.push(part)
  const problem = Problem.safeParse(JSON.parse(Buffer.concat(parts).toString('utf8')))
  throw new StewardError('system/internal', problem.success ? problem.data.detail : 'The hub refuses a backup.')
}
