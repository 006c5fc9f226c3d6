/** How a second shell reaches the running demo: HTTP on a loopback port, with a secret that only its user can read. */
import { randomBytes, timingSafeEqual } from 'node:crypto'
import { once } from 'node:events'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type IncomingMessage } from 'node:http'
import { join } from 'node:path'
import { StewardError } from '@steward/shared/errors'
import { request } from 'undici'
import { z } from 'zod'
import { type Building, modes, pictureFaults } from '../simulators/index.ts'
import { nearest } from './nearest.ts'

const ControlFile = z.object({ port: z.int(), secret: z.string() })
const Command = z.discriminatedUnion('do', [
  z.object({ do: z.literal('break'), device: z.string().max(64), mode: z.enum(modes) }),
  z.object({ do: z.literal('heal'), device: z.string().max(64) }),
])
export type ControlCommand = z.input<typeof Command>
const Answer = z.object({ ok: z.boolean(), message: z.string() })
type Answer = z.output<typeof Answer>

const fileIn = (dataDir: string): string => join(dataDir, 'control.json')
const maxBodyBytes = 4096
const answerWithinMs = 5000

/** Takes commands until it is closed. */
export async function startControl(dataDir: string, building: Building): Promise<{ close(): void }> {
  const secret = randomBytes(24).toString('base64url')
  const expected = Buffer.from(`Bearer ${secret}`)
  const server = createServer(async (incoming, response) => {
    const given = Buffer.from(incoming.headers.authorization ?? '')
    if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
      response.writeHead(401).end()
      return
    }
    const answer = obey(await bodyOf(incoming), building)
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(answer))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('no port')
  writeFileSync(fileIn(dataDir), JSON.stringify({ port: address.port, secret }), { mode: 0o600 })
  return {
    close() {
      server.closeAllConnections()
      server.close()
      rmSync(fileIn(dataDir), { force: true })
    },
  }
}

/** Null for what is no command: too long, not JSON, not one of ours, or cut off. */
async function bodyOf(incoming: IncomingMessage): Promise<z.output<typeof Command> | null> {
  try {
    let text = ''
    for await (const chunk of incoming) {
      text += String(chunk)
      if (text.length > maxBodyBytes) return null
    }
    return Command.safeParse(JSON.parse(text)).data ?? null
  } catch {
    return null
  }
}

function obey(command: z.output<typeof Command> | null, building: Building): Answer {
  if (command === null) return { ok: false, message: 'This is no command.' }
  const { device } = command
  const ids = building.devices.map((it) => it.id)
  if (!ids.includes(device)) {
    const choices = nearest(device, ids)
    return {
      ok: false,
      message: `There is no simulated device "${device}". Is it one of these: ${choices.join(', ')}?`,
    }
  }
  if (command.do === 'heal') {
    const wasBroken = building.broken().has(device)
    building.heal(device)
    return { ok: true, message: wasBroken ? `${device} is mended.` : `${device} was not broken.` }
  }
  const isUps = building.devices.some((it) => it.id === device && it.kind === 'ups')
  if (command.mode === 'mains' && !isUps) return { ok: false, message: 'Only a UPS can lose its mains: ups-1.' }
  const isCamera = building.devices.some((it) => it.id === device && ['camera', 'nvr'].includes(it.kind ?? ''))
  if (pictureFaults.some((it) => it === command.mode) && !isCamera)
    return { ok: false, message: `Only a camera has a picture that can be ${command.mode}: cam-01.` }
  building.break(device, command.mode)
  return { ok: true, message: `${device} is broken (${command.mode}). Mend it: npx -y pnpm@12 demo:heal ${device}` }
}

async function call(dataDir: string, command: unknown): Promise<Answer> {
  const control = ControlFile.parse(JSON.parse(readFileSync(fileIn(dataDir), 'utf8')))
  const { body } = await request(`http://127.0.0.1:${control.port}/`, {
    method: 'POST',
    headers: { authorization: `Bearer ${control.secret}` },
    body: JSON.stringify(command),
    bodyTimeout: answerWithinMs,
    headersTimeout: answerWithinMs,
  })
  return Answer.parse(await body.json())
}

/** Whether a demo uses this folder now. What an ended one left behind answers nobody. */
export async function isInUse(dataDir: string): Promise<boolean> {
  try {
    await call(dataDir, {})
    return true
  } catch {
    return false
  }
}

/** What the demo says; throws StewardError where it refuses or is not there. */
export async function askControl(dataDir: string, command: ControlCommand): Promise<string> {
  const notRunning = `No demo runs with the data folder ${dataDir}; start one with: npx -y pnpm@12 demo (and name its folder with --data where it was given one).`
  const answer = await call(dataDir, command).catch((error: unknown) => {
    throw new StewardError('system/internal', notRunning, { cause: error })
  })
  if (!answer.ok) throw new StewardError('input/not-found', answer.message)
  return answer.message
}
