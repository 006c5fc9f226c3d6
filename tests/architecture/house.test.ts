import { existsSync, globSync, readFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { root, sources } from './sources.ts'

const registries = [
  { folder: 'agent/src/drivers', registry: 'agent/src/drivers/registry.ts' },
  { folder: 'hub/src/alerting/channels', registry: 'hub/src/alerting/channels/registry.ts' },
  { folder: 'hub/src/timeseries/backends', registry: 'hub/src/timeseries/registry.ts' },
]

function foldersIn(folder: string): string[] {
  return globSync('*/index.ts', { cwd: join(root, folder) })
    .map((it) => dirname(it))
    .sort()
}

describe('the house', () => {
  test('no file is too large to see at a glance', () => {
    const large = sources.filter((it) => it.lines > (it.isTest ? 700 : 400))
    expect(large.map((it) => `${it.path} ${it.lines}`)).toEqual([])
  })

  test('no room is a junk drawer', () => {
    const junk = sources.filter((it) => /(^|\/)(utils?|helpers?|common|misc|manager)(\/|\.tsx?$)/.test(it.path))
    expect(junk.map((it) => it.path)).toEqual([])
  })

  test.each(registries)('every plugin in $folder is in its registry', ({ folder, registry }) => {
    const text = readFileSync(join(root, registry), 'utf8')
    const plugins = foldersIn(folder)
    expect(plugins.length).toBeGreaterThan(0)
    expect(plugins.filter((it) => !text.includes(`./${it}/`) && !text.includes(`/${it}/index.ts`))).toEqual([])
  })

  test('every door says in its first line what its room is for', () => {
    const doors = sources.filter((it) => /^(agent|hub|shared)\/src\/[a-z-]+\/index\.ts$/.test(it.path))
    expect(doors.filter((it) => !it.text.startsWith('/**')).map((it) => it.path)).toEqual([])
    expect(doors.length).toBeGreaterThan(10)
  })

  test('every room has a README', () => {
    const rooms = globSync('{agent,hub,shared}/src/*/index.ts', { cwd: root }).map((it) => dirname(it))
    expect(rooms.filter((it) => !existsSync(join(root, it, 'README.md')))).toEqual([])
  })

  test('nothing silences the type checker or the linter', () => {
    const silenced = sources.filter(
      (it) => /@ts-(ignore|expect-error|nocheck)|biome-ignore/.test(it.text) && basename(it.path) !== 'house.test.ts',
    )
    expect(silenced.map((it) => it.path)).toEqual([])
  })
})
