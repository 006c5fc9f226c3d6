/** Debian's mosquitto as a broker for tests: own port, own folder, users and rights; ends with the test. */
import { type ChildProcess, spawn } from 'node:child_process'
import { pbkdf2Sync, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import mqtt from 'mqtt'
import { findProgram } from '../requirements.ts'
import { closedPort } from './bad-devices.ts'

export type Mosquitto = {
  port: number
  /** as a user of its own, kept by the broker or not */
  publish(topic: string, payload: string | Buffer, kept?: boolean): Promise<void>
  /** ends it at once; what it kept is lost */
  kill(): Promise<void>
  start(): Promise<void>
  /** connections that were accepted so far, by user */
  accepted(user: string): number
  /** logins that it refused so far */
  refused(): number
  stop(): Promise<void>
}

/** `service` may read `hall` and `other`, `publisher` writes; both with the password `Right-1`. */
export async function startMosquitto(tls: { key: string; cert: string } | null = null): Promise<Mosquitto> {
  const program = findProgram('mosquitto')
  if (program === null) throw new Error('mosquitto is not installed')
  const folder = mkdtempSync(join(tmpdir(), 'steward-mosquitto-'))
  const port = await closedPort()
  const file = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text, { mode: 0o600 })
    return join(folder, name)
  }
  const passwords = file('passwords', ['service', 'publisher'].map((it) => `${it}:${hashOf('Right-1')}\n`).join(''))
  const rights = file(
    'rights',
    'user service\ntopic read hall/#\ntopic read other/#\n\nuser publisher\ntopic readwrite #\n',
  )
  const secure = tls === null ? [] : [`certfile ${file('cert.pem', tls.cert)}`, `keyfile ${file('key.pem', tls.key)}`]
  const lines = [
    `listener ${port} 127.0.0.1`,
    ...secure,
    'allow_anonymous false',
    `user ${userInfo().username}`,
    `password_file ${passwords}`,
  ]
  const configuration = file('conf', [...lines, `acl_file ${rights}`, 'log_dest stderr', 'log_type all', ''].join('\n'))
  let child: ChildProcess | null = null
  let log = ''

  const start = async (): Promise<void> => {
    const started = spawn(program, ['-c', configuration], { stdio: ['ignore', 'ignore', 'pipe'] })
    child = started
    let said = ''
    started.stderr.setEncoding('utf8')
    await new Promise<void>((resolve, reject) => {
      started.stderr.on('data', (text: string) => {
        log += text
        said += text
        if (/mosquitto version \S+ running/.test(said)) resolve()
      })
      started.once('exit', () => reject(new Error(`mosquitto ended: ${said}`)))
    })
  }
  const kill = async (): Promise<void> => {
    const ending = child
    child = null
    if (ending === null || ending.exitCode !== null) return
    ending.kill('SIGKILL')
    await once(ending, 'exit')
  }
  await start()
  return {
    port,
    async publish(topic, payload, kept = false) {
      const login = { username: 'publisher', password: 'Right-1', rejectUnauthorized: false }
      const client = await mqtt.connectAsync(`${tls === null ? 'mqtt' : 'mqtts'}://127.0.0.1:${port}`, login)
      await client.publishAsync(topic, payload, { qos: 1, retain: kept })
      await client.endAsync()
    },
    kill,
    start,
    accepted: (user) => [...log.matchAll(/New client connected .*u'([^']*)'/g)].filter((it) => it[1] === user).length,
    refused: () => [...log.matchAll(/Sending CONNACK to \S+ \(\d+, [1-9]/g)].length,
    async stop() {
      await kill()
      rmSync(folder, { recursive: true })
    },
  }
}

/** As mosquitto_passwd writes it: PBKDF2 of SHA-512. */
function hashOf(password: string): string {
  const salt = randomBytes(12)
  return `$7$101$${salt.toString('base64')}$${pbkdf2Sync(password, salt, 101, 64, 'sha512').toString('base64')}`
}
