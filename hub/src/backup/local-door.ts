/** The hub's door for commands on its own machine: a socket that only its user (and root) may open. */
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { chmodSync, existsSync, rmSync } from 'node:fs'
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import { connect } from 'node:net'
import { join, relative, resolve } from 'node:path'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { errorOfProblem, isStewardError, problemOf, StewardError } from '@steward/shared/errors'
import { z } from 'zod'

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

/** What can be asked for at the door. */
export type LocalCommands = {
  backup(): Promise<Readable>
  recover(email: string): Promise<{ link: string }>
}

const Recover = z.object({ email: z.string().max(254) })
const maxBodyBytes = 4096

/** Opens the door of a data folder. Null where the folder's path is too long for a socket. */
export async function openLocalDoor(dataDir: string, commands: LocalCommands): Promise<LocalDoor | null> {
  const path = socketOf(dataDir)
  if (path === null) return null
  if (existsSync(path)) rmSync(path)
  let busy = false
  const backup = async (answer: ServerResponse): Promise<void> => {
    if (busy) throw new StewardError('input/conflict', 'A backup is being taken already; wait for it.')
    busy = true
    try {
      const stream = await commands.backup()
      answer.writeHead(200, { 'content-type': 'application/gzip' })
      await pipeline(stream, answer)
    } finally {
      busy = false
    }
  }
  const server = createServer((asked, answer) => {
    const work = async (): Promise<void> => {
      const what = `${asked.method} ${asked.url}`
      if (what === 'GET /backup') await backup(answer)
      else if (what === 'POST /recover') {
        const { email } = Recover.parse(JSON.parse(await bodyOf(asked)))
        const text = JSON.stringify(await commands.recover(email))
        answer.writeHead(200, { 'content-type': 'application/json' }).end(text)
      } else throw new StewardError('input/not-found', `There is no ${what} here.`)
    }
    work().catch((error: unknown) => {
      // Once bytes have gone, only the missing end can say that it failed.
      if (answer.headersSent) answer.destroy()
      else refuse(answer, error)
    })
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

async function bodyOf(asked: IncomingMessage): Promise<string> {
  const parts: Buffer[] = []
  let bytes = 0
  for await (const part of asked) {
    bytes += part.length
    if (bytes > maxBodyBytes) throw new StewardError('input/too-large', 'The question is too long.')
    parts.push(part)
  }
  return Buffer.concat(parts).toString('utf8')
}

function answers(path: string): Promise<boolean> {
  return new Promise((done) => {
    const socket = connect(path)
    socket.once('connect', () => done(true))
    socket.once('error', () => done(false))
    socket.once('connect', () => socket.destroy())
  })
}

function refuse(answer: ServerResponse, error: unknown): void {
  const why = error instanceof Error ? error.message : String(error)
  const known = isStewardError(error) ? error : new StewardError('system/internal', `That failed: ${why}`)
  const problem = problemOf(known)
  answer.writeHead(problem.status, { 'content-type': 'application/problem+json' }).end(JSON.stringify(problem))
}

type Question = { method: 'GET' | 'POST'; path: string; body?: object }

/** Asks the hub that runs on a data folder; null when none does. Throws with the hub's own sentence. */
async function askRunningHub(dataDir: string, { method, path, body }: Question): Promise<IncomingMessage | null> {
  const socketPath = socketOf(dataDir)
  if (socketPath === null || !(await answers(socketPath))) return null
  const asked = request({ socketPath, method, path, agent: false })
  asked.end(body === undefined ? '' : JSON.stringify(body))
  const answer = await new Promise<IncomingMessage>((resolve, reject) => {
    asked.once('response', resolve)
    asked.once('error', reject)
  })
  if (answer.statusCode === 200) return answer
  throw errorOfProblem(await bodyOf(answer)) ?? new StewardError('system/internal', 'The hub refuses.')
}

/** A backup from the hub that runs on a data folder; null when none does. */
export function takeFromRunningHub(dataDir: string): Promise<Readable | null> {
  return askRunningHub(dataDir, { method: 'GET', path: '/backup' })
}

const Recovered = z.object({ link: z.string() })

/** The link with which a person gets in again; null when no hub runs on the data folder. */
export async function recoverAtRunningHub(dataDir: string, email: string): Promise<string | null> {
  const answer = await askRunningHub(dataDir, { method: 'POST', path: '/recover', body: { email } })
  return answer === null ? null : Recovered.parse(JSON.parse(await bodyOf(answer))).link
}
