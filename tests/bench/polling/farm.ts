/** The targets of this bench: the farm in C beside the project, built into a folder of this run, and one snmpd for version 3. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { user } from './targets.ts'

const sources = join(import.meta.dirname, '..', '..', '..', '..', 'shared', 'bench', 'snmp')

/** The program built from one of the sources, or null where they, the compiler or a library are missing. */
export function build(folder: string, name: 'farm' | 'async', ...libraries: string[]): string | null {
  const source = join(sources, `${name}.c`)
  if (!existsSync(source)) return null
  const program = join(folder, name)
  const { status } = spawnSync('cc', ['-O2', '-o', program, source, ...libraries], { stdio: 'ignore' })
  return status === 0 ? program : null
}

/** Pinned to the first core, the clients to the second, where that can be done. */
export function pinned(core: 0 | 1, program: string, args: readonly string[]): [string, string[]] {
  const canPin = spawnSync('taskset', ['-c', String(core), 'true']).status === 0
  return canPin ? ['taskset', ['-c', String(core), program, ...args]] : [program, [...args]]
}

export async function startFarm(program: string, port: number, ports: number): Promise<ChildProcess> {
  const farm = spawn(...pinned(0, program, [String(port), String(ports)]), { stdio: ['ignore', 'ignore', 'pipe'] })
  const [said] = await once(farm.stderr, 'data')
  if (!String(said).includes('objects')) throw new Error(`the farm did not start: ${said}`)
  return farm
}

export async function startSnmpdOnAll(folder: string, port: number): Promise<ChildProcess> {
  const { name, authPassphrase, privPassphrase } = user
  const lines = [`createUser ${name} SHA ${authPassphrase} AES ${privPassphrase}`, `rouser ${name} authPriv`, '']
  writeFileSync(join(folder, 'snmpd.conf'), lines.join('\n'))
  const args = ['-f', '-C', '-c', join(folder, 'snmpd.conf'), '-I', '-smux', '-Le', `udp:0.0.0.0:${port}`]
  const snmpd = spawn(...pinned(0, 'snmpd', args), {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, SNMP_PERSISTENT_DIR: folder },
  })
  await once(snmpd.stderr, 'data')
  return snmpd
}
