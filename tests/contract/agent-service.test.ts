import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { root } from '../architecture/sources.ts'
import { findProgram } from '../requirements.ts'

const analyze = findProgram('systemd-analyze')

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'steward-unit-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

/** The unit as the command would write it; the program is not installed here, so one that is stands in for its path. */
function writeUnit(option: string): string {
  const args = [join(root, 'steward.js'), 'agent', 'install-service', '--dry-run', option]
  const { stdout } = spawnSync(process.execPath, args, { encoding: 'utf8' })
  const [, unit = ''] =
    /# \/etc\/systemd\/system\/steward-agent\.service\n([\s\S]*?)\n# \/usr\/local\/bin/.exec(stdout) ?? []
  expect(unit).toContain('[Service]')
  const file = join(folder, 'steward-agent.service')
  const standIn = unit
    .replaceAll('/usr/local/lib/steward-agent/node', process.execPath)
    .replaceAll('=steward-agent\n', '=root\n')
  writeFileSync(file, standIn.replace('StateDirectory=root', 'StateDirectory=steward-agent'))
  return file
}

test('it has no right, but the one to ping where that is asked for', () => {
  const rightsIn = (file: string): string[] =>
    readFileSync(file, 'utf8')
      .split('\n')
      .filter((it) => /^(CapabilityBoundingSet|AmbientCapabilities)=/.test(it))
  expect(rightsIn(writeUnit('--no-ping'))).toEqual(['CapabilityBoundingSet=', 'AmbientCapabilities='])
  const right = ['CapabilityBoundingSet=CAP_NET_RAW', 'AmbientCapabilities=CAP_NET_RAW']
  expect(rightsIn(writeUnit('--ping'))).toEqual(right)
})

test.skipIf(analyze === null).each(['--no-ping', '--ping'])(
  'systemd finds no fault with the agent’s unit, and little exposure %s',
  (option) => {
    const file = writeUnit(option)
    const verified = spawnSync(analyze ?? '', ['verify', '--man=no', file], { encoding: 'utf8' })
    expect(verified.stderr.split('\n').filter((it) => it.includes('steward-agent'))).toEqual([])
    expect(verified.status, verified.stderr).toBe(0)
    // 10 is a service without any of it; a usual one has 9.6.
    const rated = spawnSync(analyze ?? '', ['security', '--offline=yes', '--threshold=25', '--no-pager', file], {
      encoding: 'utf8',
    })
    expect(rated.status, rated.stdout.split('\n').at(-2)).toBe(0)
  },
)
