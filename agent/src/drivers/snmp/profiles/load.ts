/** Reads all device profiles of a folder; one that is wrong loses itself and is named. */
import { globSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { basename, join, sep } from 'node:path'
import { parse } from 'yaml'
import { z } from 'zod'
import { compileProfile } from './compile.ts'
import { headOf, headsFile, profileOfHead, readHeads } from './heads.ts'
import type { Profile } from './profile.ts'
import { ProfileFile } from './schema.ts'

export type LoadedProfiles = { profiles: Profile[]; problems: { file: string; message: string }[] }

/** Other shapes: see drivers/http/profiles and drivers/modbus/profiles. */
const others = /\.(?:http|modbus|heads)\.(?:yaml|json)$/

/**
 * `folder` holds `<vendor>/<family>.yaml` (or `.json`); a profile is named after its path, `extends` takes that or the bare
 * file name. Of those with a head the rest is read when a target fits.
 */
export function loadProfiles(folder: string): LoadedProfiles {
  const paths = globSync('**/*.{yaml,json}', { cwd: folder })
    .map((it) => it.split(sep).join('/'))
    .filter((it) => !others.test(it))
    .sort()
  const heads = readHeads(folder)
  const byName = new Map(paths.map((it) => [nameOf(it), it]))
  const problems: LoadedProfiles['problems'] = []
  const whole = compilerOf(folder, byName, problems)
  const profiles = paths.flatMap((path) => {
    const head = heads.get(path)
    if (head === undefined) return whole(nameOf(path)) ?? []
    return profileOfHead(head, () => completed(folder, byName, head.name))
  })
  return { profiles, problems }
}

/** Writes the heads of a folder of JSON that will not change. Throws where a profile is wrong. */
export function writeProfileHeads(folder: string): void {
  const { profiles, problems } = loadProfiles(folder)
  if (problems.length > 0) throw new Error(problems.map((it) => `${it.file}: ${it.message}`).join('\n'))
  const heads = profiles.map((it) => headOf(it, statSync(join(folder, `${it.name}.json`)).size))
  writeFileSync(join(folder, headsFile), JSON.stringify(heads))
}

/** Reads what a profile and those that it extends say; each file once. */
function compilerOf(
  folder: string,
  byName: ReadonlyMap<string, string>,
  problems: LoadedProfiles['problems'],
): (name: string) => Profile | null {
  const ready = new Map<string, Profile | null>()
  const build = (name: string, under: readonly string[]): Profile | null => {
    const known = ready.get(name)
    const path = byName.get(name)
    if (known !== undefined || path === undefined) return known ?? null
    const file = readProfile(folder, path, problems)
    const parents = (file?.extends ?? []).flatMap((it) => {
      const parent = resolveName(it, byName)
      const isRing = parent !== null && [...under, name].includes(parent)
      const built = parent === null || isRing ? null : build(parent, [...under, name])
      if (built === null) problems.push({ file: path, message: `extends ${it}, which is not there` })
      return built === null ? [] : [built]
    })
    const profile = file === null ? null : compileProfile(name, file, parents)
    ready.set(name, profile)
    return profile
  }
  return (name) => build(name, [])
}

/** Throws where the file is not as it was when its head was written. */
function completed(folder: string, byName: ReadonlyMap<string, string>, name: string): Profile {
  const problems: LoadedProfiles['problems'] = []
  const profile = compilerOf(folder, byName, problems)(name)
  if (profile !== null) return profile
  throw new Error(`the device profile ${name} cannot be read: ${problems[0]?.message ?? 'it is gone'}`)
}

function readProfile(folder: string, path: string, problems: LoadedProfiles['problems']): ProfileFile | null {
  try {
    const text = readFileSync(join(folder, path), 'utf8')
    return ProfileFile.parse(path.endsWith('.json') ? JSON.parse(text) : parse(text, { merge: true }))
  } catch (error) {
    problems.push({ file: path, message: messageOf(error) })
    return null
  }
}

function nameOf(path: string): string {
  return path.replace(/\.(yaml|json)$/, '')
}

function resolveName(text: string, byName: ReadonlyMap<string, string>): string | null {
  const wanted = text.replace(/\.yaml$/, '')
  return byName.has(wanted) ? wanted : ([...byName.keys()].find((it) => basename(it) === wanted) ?? null)
}

function messageOf(error: unknown): string {
  if (error instanceof z.ZodError)
    return z
      .prettifyError(error)
      .replace(/\s*\n\s*/g, ' ')
      .slice(0, 500)
  return error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error)
}
