import { once } from 'node:events'
import { chmodSync, rmSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { Log } from '../polling/contract.ts'
import { Changed, controlPaths, type LocalStatus } from './messages.ts'
import { socketPath } from './socket-path.ts'

const maxBodyBytes = 2 * 1024 * 1024

export type ControlHost = { status(): Promise<LocalStatus>; changed(what: Changed): void }

/** Listens for commands of this machine. The caller holds the data folder, so a socket that is there is left over. */
export async function startControl(dataDir: string, host: ControlHost, log: Log): Promise<{ close(): void }> {
  const path = socketPath(dataDir)
  if (process.platform !== 'win32') rmSync(path, { force: true })
  const server = createServer({ requestTimeout: 10_000 }, (request, response) => {
    answer(request, response, host).catch((error: unknown) => {
      log.error({ err: error }, 'A command of this machine failed.')
      response.writeHead(500).end()
    })
  })
  server.listen(path)
  await once(server, 'listening')
  if (process.platform !== 'win32') chmodSync(path, 0o600)
  return {
    close() {
      server.closeAllConnections()
      server.close()
    },
  }
}

async function answer(request: IncomingMessage, response: ServerResponse, host: ControlHost): Promise<void> {
  const command = `${request.method} ${request.url}`
  if (command === `GET ${controlPaths.status}`) {
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(await host.status()))
    return
  }
  if (command !== `POST ${controlPaths.changed}`) {
    response.writeHead(404).end()
    return
  }
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of request) {
    if (!Buffer.isBuffer(chunk)) continue
    bytes += chunk.length
    if (bytes > maxBodyBytes) break
    chunks.push(chunk)
  }
  const changed = Changed.safeParse(bytes > maxBodyBytes ? null : jsonOf(Buffer.concat(chunks).toString('utf8')))
  if (changed.success) host.changed(changed.data)
  response.writeHead(changed.success ? 204 : 400).end()
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
