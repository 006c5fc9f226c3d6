/** Reads all device profiles of a folder; one that is wrong loses itself and is named. */
import { globSync, readFileSync } from 'node:fs'
import { basename, join, sep } from 'node:path'
import { parse } from 'yaml'
import { z } from 'zod'
import { compileProfile } from './compile.ts'
import type { Profile } from './profile.ts'
import { ProfileFile } from './schema.ts'

export type LoadedProfiles = { profiles: Profile[]; problems: { file: string; message: string }[] }

/**
 * `folder` holds `<vendor>/<family>.yaml` (or `.json`); a profile is named after its path, `extends` takes that or the bare
 * file name.
 */
export function loadProfiles(folder: string): LoadedProfiles {
  const problems: LoadedProfiles['problems'] = []
  const files = new Map<string, ProfileFile>()
  for (const path of globSync('**/*.{yaml,json}', { cwd: folder }).sort()) {
    // Other shapes: see drivers/http/profiles and drivers/modbus/profiles.
    if (/\.(?:http|modbus)\.(?:yaml|json)$/.test(path)) continue
    const name = path
      .split(sep)
      .join('/')
      .replace(/\.(yaml|json)$/, '')
    try {
      const text = readFileSync(join(folder, path), 'utf8')
      // JSON in the bundle: a hundred files of YAML leave 12 MB behind, which is much for a small machine.
      files.set(name, ProfileFile.parse(path.endsWith('.json') ? JSON.parse(text) : parse(text, { merge: true })))
    } catch (error) {
      problems.push({ file: path, message: messageOf(error) })
    }
  }
  const ready = new Map<string, Profile>()
  const build = (name: string, under: readonly string[]): Profile | null => {
    const known = ready.get(name)
    const file = files.get(name)
    if (known !== undefined || file === undefined) return known ?? null
    const parents = file.extends.flatMap((it) => {
      const parent = resolveName(it, files)
      const isRing = parent !== null && [...under, name].includes(parent)
      const built = parent === null || isRing ? null : build(parent, [...under, name])
      if (built === null) problems.push({ file: `${name}.yaml`, message: `extends ${it}, which is not there` })
      return built === null ? [] : [built]
    })
    const profile = compileProfile(name, file, parents)
    ready.set(name, profile)
    return profile
  }
  for (const name of files.keys()) build(name, [])
  return { profiles: [...ready.values()], problems }
}

function resolveName(text: string, files: ReadonlyMap<string, ProfileFile>): string | null {
  const wanted = text.replace(/\.yaml$/, '')
  return files.has(wanted) ? wanted : ([...files.keys()].find((it) => basename(it) === wanted) ?? null)
}

function messageOf(error: unknown): string {
  if (error instanceof z.ZodError)
    return z
      .prettifyError(error)
      .replace(/\s*\n\s*/g, ' ')
      .slice(0, 500)
  return error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error)
}
