/** Debian's snmpd as a target for tests: own port, own folder, users of every kind; ends with the test. */
import { type ChildProcess, spawn } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findProgram } from '../requirements.ts'

export type Snmpd = { port: number; stop(): Promise<void> }

const users = [
  'createUser md5des MD5 "authpass1" DES "privpass1"',
  'rouser md5des priv',
  'createUser shaaes SHA "authpass2" AES "privpass2"',
  'rouser shaaes priv',
  'createUser sha512aes256 SHA-512 "authpass3" AES-256 "privpass3"',
  'rouser sha512aes256 priv',
  'createUser sha256 SHA-256 "authpass4"',
  'rouser sha256 auth',
  'createUser sha224aes192 SHA-224 "authpass5" AES-192 "privpass5"',
  'rouser sha224aes192 priv',
  'createUser sha384des SHA-384 "authpass6" DES "privpass6"',
  'rouser sha384des priv',
  'createUser shaaes256 SHA "authpass7" AES-256 "privpass7"',
  'rouser shaaes256 priv',
]

async function freeUdpPort(): Promise<number> {
  const socket = createSocket('udp4').bind(0, '127.0.0.1')
  await once(socket, 'listening')
  const { port } = socket.address()
  socket.close()
  return port
}

const anyVersion = ['rocommunity public 127.0.0.1', ...users]
/** As old devices are: the community opens version 1 alone (RFC 3415 views). */
const version1Alone = [
  'com2sec reader 127.0.0.1 public',
  'group readers v1 reader',
  'view all included .1',
  'access readers "" v1 noauth exact all none none',
]

/** Rejects with what snmpd said when it does not start. */
export async function startSnmpd(versions: 'any' | 'v1' = 'any'): Promise<Snmpd> {
  const program = findProgram('snmpd')
  if (program === null) throw new Error('snmpd is not installed')
  const folder = mkdtempSync(join(tmpdir(), 'steward-snmpd-'))
  const port = await freeUdpPort()
  writeFileSync(
    join(folder, 'snmpd.conf'),
    ['sysLocation plant room', ...(versions === 'any' ? anyVersion : version1Alone), ''].join('\n'),
  )
  const args = ['-f', '-C', '-c', join(folder, 'snmpd.conf'), '-I', '-smux', '-Le', `udp:127.0.0.1:${port}`]
  const child: ChildProcess = spawn(program, args, {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, SNMP_PERSISTENT_DIR: folder },
  })
  await listening(child)
  return {
    port,
    async stop() {
      const ended = once(child, 'exit')
      child.kill('SIGKILL')
      await ended
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

function listening(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let said = ''
    child.stderr?.on('data', (data: Buffer) => {
      said += data.toString()
      if (said.includes('NET-SNMP version')) resolve()
    })
    child.once('exit', () => reject(new Error(`snmpd ended: ${said}`)))
  })
}
