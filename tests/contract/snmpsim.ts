/** Debian's snmpsimd serving a folder of recorded targets: the community says which. */
import { spawn } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { chmodSync, chownSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { findProgram } from '../requirements.ts'

const nobody = { user: 'nobody', group: 'nogroup', uid: 65_534, gid: 65_534 }

async function freePort(): Promise<number> {
  const socket = createSocket('udp4').bind(0, '127.0.0.1')
  await once(socket, 'listening')
  const { port } = socket.address()
  socket.close()
  return port
}

/** Resolves when it listens; rejects with what it said when it ends before. */
export async function startSnmpsim(folder: string): Promise<{ port: number; stop(): Promise<void> }> {
  const program = findProgram('snmpsimd')
  if (program === null) throw new Error('snmpsimd is not installed')
  const cache = mkdtempSync(join(tmpdir(), 'steward-snmpsim-'))
  const port = await freePort()
  const args = [
    '--v2c-arch',
    `--data-dir=${folder}`,
    `--cache-dir=${cache}`,
    `--agent-udpv4-endpoint=127.0.0.1:${port}`,
  ]
  // It refuses to run as root, and the user that it becomes must own its cache.
  if (process.getuid?.() === 0) {
    chownSync(cache, nobody.uid, nobody.gid)
    chmodSync(cache, 0o700)
    args.push(`--process-user=${nobody.user}`, `--process-group=${nobody.group}`)
  }
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] })
  let said = ''
  await new Promise<void>((resolve, reject) => {
    const onData = (data: Buffer): void => {
      said += data.toString()
      if (said.includes('Listening at')) resolve()
    }
    child.stdout.on('data', onData)
    child.stderr.on('data', onData)
    child.once('exit', () => reject(new Error(`snmpsimd ended: ${said.slice(-500)}`)))
  })
  return {
    port,
    async stop() {
      const ended = once(child, 'exit')
      child.kill('SIGKILL')
      await ended
      rmSync(cache, { recursive: true, force: true })
    },
  }
}
