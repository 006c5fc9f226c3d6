/** How a second shell reaches the running demo: HTTP on a loopback port, with a secret that only its user can read. */
import { randomBytes, timingSafeEqual } from 'node:crypto'
import { once } from 'node:events'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { StewardError } from '@steward/shared/errors'
import { request } from 'undici'
import { z } from 'zod'
import { type Building, modes } from '../simulators/index.ts'

const ControlFile = z.object({ port: z.int(), secret: z.string() })
const Command = z.discriminatedUnion('do', [
  z.object({ do: z.literal('break'), device: z.string().max(64), mode: z.enum(modes) }),
  z.object({ do: z.literal('heal'), device: z.string().max(64) }),
])
type Input = z.input<typeof Command> | { do: 'break'; device: string; mode: string }
const Answer = z.object({ ok: z.boolean(), message: z.string() })

const fileIn = (dataDir: string): string => join(dataDir, 'control.json')
const maxBodyBytes = 4096

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
    let text = ''
    for await (const chunk of incoming) {
      text += String(chunk)
      if (text.length > maxBodyBytes) break
    }
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(obey(text, building)))
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

function obey(text: string, building: Building): z.output<typeof Answer> {
  const command = Command.safeParse(JSON.parse(text))
  if (!command.success) return { ok: false, message: 'Not a command.' }
  const { device } = command.data
  if (!building.devices.some((it) => it.id === device)) {
    const near = building.devices.map((it) => it.id).filter((it) => it.split('-')[0] === device.split('-')[0])
    const choices = (near.length > 0 ? near : building.devices.map((it) => it.id)).slice(0, 30).join(', ')
    return { ok: false, message: `There is no simulated device "${device}"; there are: ${choices}.` }
  }
  if (command.data.do === 'heal') {
    building.heal(device)
    return { ok: true, message: `${device} is mended.` }
  }
  building.break(device, command.data.mode)
  return {
    ok: true,
    message: `${device} is broken (${command.data.mode}). Mend it: npx -y pnpm@12 demo:heal ${device}`,
  }
}

/** What the demo says; throws StewardError where it refuses or is not there. */
export async function askControl(dataDir: string, command: Input): Promise<string> {
  const notRunning = `No demo runs with the data folder ${dataDir}; start one: npx -y pnpm@12 demo (give --data where the demo was given one).`
  let control: z.output<typeof ControlFile>
  try {
    control = ControlFile.parse(JSON.parse(readFileSync(fileIn(dataDir), 'utf8')))
  } catch {
    throw new StewardError('input/not-found', notRunning)
  }
  try {
    const { body } = await request(`http://127.0.0.1:${control.port}/`, {
      method: 'POST',
      headers: { authorization: `Bearer ${control.secret}` },
      body: JSON.stringify(command),
    })
    const answer = Answer.parse(await body.json())
    if (!answer.ok) throw new StewardError('input/not-found', answer.message)
    return answer.message
  } catch (error) {
    if (error instanceof StewardError) throw error
    throw new StewardError('input/not-found', notRunning, { cause: error })
  }
}
