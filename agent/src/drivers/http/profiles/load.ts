/** Reads the HTTP profiles of a folder; one that is wrong loses itself and is named. */
import { globSync, readFileSync } from 'node:fs'
import { join, sep } from 'node:path'
import { parse } from 'yaml'
import { z } from 'zod'
import { type HttpProfile, HttpProfileFile } from './schema.ts'

export type LoadedHttpProfiles = { profiles: HttpProfile[]; problems: { file: string; message: string }[] }

/** `<vendor>/<family>.http.yaml`, or `.json` in the bundle. Those with a pattern come first: they say more. */
export function loadHttpProfiles(folder: string): LoadedHttpProfiles {
  const loaded: LoadedHttpProfiles = { profiles: [], problems: [] }
  for (const path of globSync('**/*.http.{yaml,json}', { cwd: folder }).sort()) {
    try {
      const text = readFileSync(join(folder, path), 'utf8')
      const file = HttpProfileFile.parse(path.endsWith('.json') ? JSON.parse(text) : parse(text, { merge: true }))
      const name = path
        .split(sep)
        .join('/')
        .replace(/\.http\.(?:yaml|json)$/, '')
      const unknown = requestsOf(file).filter((it) => it !== 'detect' && !Object.hasOwn(file.requests, it))
      if (unknown.length > 0) throw new Error(`no request is called ${unknown.join(', ')}`)
      loaded.profiles.push({ ...file, name })
    } catch (error) {
      loaded.problems.push({ file: path, message: messageOf(error) })
    }
  }
  const isPlain = (it: HttpProfile): number => (it.detect.every((one) => one.match !== undefined) ? 0 : 1)
  loaded.profiles.sort((a, b) => isPlain(a) - isPlain(b))
  return loaded
}

function requestsOf(file: HttpProfileFile): string[] {
  const identity = Object.values(file.identity).flatMap((sources) => (sources ?? []).map((it) => it.from))
  const names = file.points.flatMap((it) => (it.name?.from === undefined ? [] : [it.name.from]))
  const others = [file.clock?.from, file.channels?.from, ...file.readers.map((it) => it.from)].filter(
    (it) => it !== undefined,
  )
  return [...identity, ...names, ...others, ...file.kinds.map((it) => it.from), ...file.points.map((it) => it.from)]
}

function messageOf(error: unknown): string {
  if (error instanceof z.ZodError)
    return z
      .prettifyError(error)
      .replace(/\s*\n\s*/g, ' ')
      .slice(0, 500)
  return error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error)
}
