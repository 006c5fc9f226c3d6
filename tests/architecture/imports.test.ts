import { describe, expect, test } from 'vitest'
import { placeOf, resolveImport, type SourceFile, sources } from './sources.ts'

/** side → packages of ours that it may import */
const mayImport: Record<string, string[]> = {
  shared: [],
  agent: ['@steward/shared'],
  hub: ['@steward/shared'],
  dashboards: ['@steward/shared'],
  tests: ['@steward/shared', '@steward/agent', '@steward/hub'],
}

function offences(check: (file: SourceFile, specifier: string) => boolean): string[] {
  return sources.flatMap((file) =>
    file.imports.filter((it) => check(file, it)).map((it) => `${file.path} imports ${it}`),
  )
}

describe('who may import whom', () => {
  test('the sides import only what their row allows', () => {
    const wrong = offences((file, specifier) => {
      if (!specifier.startsWith('@steward/')) return false
      const [scope, name] = specifier.split('/')
      return !(mayImport[placeOf(file.path).side] ?? []).includes(`${scope}/${name}`)
    })
    expect(wrong).toEqual([])
  })

  test('no relative import leaves its side, but the tests on the way to a door', () => {
    const wrong = offences((file, specifier) => {
      const target = resolveImport(file.path, specifier)
      const side = placeOf(file.path).side
      return target !== null && side !== 'tests' && placeOf(target).side !== side
    })
    expect(wrong).toEqual([])
  })

  test('hub and agent rooms are entered through their doors', () => {
    const wrong = offences((file, specifier) => {
      const target = resolveImport(file.path, specifier)
      if (target === null || file.isTest) return false
      const from = placeOf(file.path)
      const to = placeOf(target)
      const otherRoom = to.room !== null && to.room !== from.room && ['hub', 'agent', 'shared'].includes(from.side)
      const isDoor = /^[a-z]+\/src\/[a-z-]+\/(index|contract|events|migrations)\.ts$/.test(target)
      return otherRoom && !isDoor
    })
    expect(wrong).toEqual([])
  })

  test('a driver imports neither polling, nor the uplink, nor another driver', () => {
    const driver = (path: string) => /^agent\/src\/drivers\/([^/]+)\//.exec(path)?.[1]
    const wrong = offences((file, specifier) => {
      const target = resolveImport(file.path, specifier)
      const own = driver(file.path)
      if (target === null || own === undefined || file.isTest) return false
      const other = driver(target)
      return /^agent\/src\/(polling|uplink|outbox)\//.test(target) || (other !== undefined && other !== own)
    })
    expect(wrong).toEqual([])
  })

  test('the pure engines do no I/O and start no timers', () => {
    const pure = sources.filter(
      (it) => /^shared\/src\/(availability|outages|diagnosis|clocks|maintenance)\//.test(it.path) && !it.isTest,
    )
    const wrong = pure.filter(
      (it) =>
        it.imports.some((name) => name.startsWith('node:')) ||
        /\b(setTimeout|setInterval|Date\.now|performance\.now|fetch)\(/.test(it.text),
    )
    expect(wrong.map((it) => it.path)).toEqual([])
    expect(pure.length).toBeGreaterThan(0)
  })

  test('no import cycle', () => {
    const edges = new Map(
      sources.map((file) => {
        // A type-only import is gone at run time and cannot close a cycle.
        const runtime = file.text.replace(/(?:import|export)\s+type\s[^;]*?from\s+['"][^'"]+['"]/g, '')
        const kept = file.imports.filter((it) => runtime.includes(`'${it}'`))
        return [file.path, kept.map((it) => resolveImport(file.path, it)).filter((it) => it !== null)] as const
      }),
    )
    const done = new Set<string>()
    const cycles: string[] = []
    const visit = (path: string, trail: string[]): void => {
      if (trail.includes(path)) cycles.push([...trail.slice(trail.indexOf(path)), path].join(' → '))
      if (done.has(path) || trail.includes(path)) return
      for (const next of edges.get(path) ?? []) visit(next, [...trail, path])
      done.add(path)
    }
    for (const path of edges.keys()) visit(path, [])
    expect(cycles).toEqual([])
  })
})
