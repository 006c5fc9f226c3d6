/** The project's own sources as a list of files with their imports, read once for all architecture tests. */
import { globSync, readFileSync } from 'node:fs'
import { dirname, join, relative, sep } from 'node:path'

export const root = join(import.meta.dirname, '..', '..')

export type SourceFile = { path: string; text: string; lines: number; imports: string[]; isTest: boolean }

const importPattern =
  /(?:^|\n)\s*(?:import|export)\s(?:[^'"`;]*?\sfrom\s)?['"]([^'"]+)['"]|\bimport\(\s*['"]([^'"]+)['"]\s*\)/g

function importsOf(text: string): string[] {
  return [...text.matchAll(importPattern)].map((it) => it[1] ?? it[2] ?? '').filter((it) => it !== '')
}

function read(path: string): SourceFile {
  const text = readFileSync(join(root, path), 'utf8')
  return {
    path,
    text,
    lines: text.split('\n').length,
    imports: importsOf(text),
    isTest: path.startsWith('tests/') || /\.test\.tsx?$/.test(path),
  }
}

const patterns = [
  'agent/src/**/*.ts',
  'hub/src/**/*.ts',
  'shared/src/**/*.ts',
  'dashboards/{src,dev}/**/*.{ts,tsx}',
  'tests/**/*.ts',
]

export const sources: SourceFile[] = globSync(patterns, {
  cwd: root,
  exclude: (it) => it === 'node_modules' || it === 'dist',
})
  .map((it) => it.split(sep).join('/'))
  .filter((it) => !it.includes('node_modules/') && !it.endsWith('.d.ts'))
  .sort()
  .map(read)

/** A relative import as a path from the root; null for a package. */
export function resolveImport(from: string, specifier: string): string | null {
  if (specifier.startsWith('.'))
    return relative(root, join(root, dirname(from), specifier))
      .split(sep)
      .join('/')
  return null
}

/** `hub/src/faults/list.ts` → side `hub`, room `faults`; a file directly in `src` is in no room. */
export function placeOf(path: string): { side: string; room: string | null } {
  const [side = '', src, room, rest] = path.split('/')
  return { side, room: src === 'src' && rest !== undefined && room !== undefined ? room : null }
}
