/**
 * What tells whether a profile may fit a target, kept in one file beside many profiles: hundreds of them need not be read to find
 * the one that fits (22 MB less for an agent, 0.1 s at its start).
 */
import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import type { Profile } from './profile.ts'

/** The bundle writes it. `bytes`: size of the profile's file, so that one that was changed since is read after all. */
export const headsFile = 'snmp.heads.json'

const Head = z.object({
  name: z.string(),
  bytes: z.int(),
  sysObjectIds: z.array(z.string()),
  sysDescr: z.string().nullable(),
  detect: z.array(z.string()),
})
export type Head = z.infer<typeof Head>

export function headOf({ name, sysObjectIds, sysDescr, detect }: Profile, bytes: number): Head {
  return { name, bytes, sysObjectIds: [...sysObjectIds], sysDescr: sysDescr?.source ?? null, detect: [...detect] }
}

/** Those of a folder that still hold, by the path of their file; none where nobody wrote any. */
export function readHeads(folder: string): ReadonlyMap<string, Head> {
  const file = join(folder, headsFile)
  if (!existsSync(file)) return new Map()
  const heads = z.array(Head).parse(JSON.parse(readFileSync(file, 'utf8')))
  const paths = heads.map((it): [string, Head] => [`${it.name}.json`, it])
  return new Map(paths.filter(([path, it]) => sizeOf(join(folder, path)) === it.bytes))
}

function sizeOf(path: string): number | undefined {
  return statSync(path, { throwIfNoEntry: false })?.size
}

/** A profile whose rest is made by `complete` when it is first asked for. */
export function profileOfHead({ name, sysObjectIds, sysDescr, detect }: Head, complete: () => Profile): Profile {
  let whole: Profile | null = null
  const rest = (): Profile => {
    whole ??= complete()
    return whole
  }
  return {
    ...{ name, sysObjectIds, sysDescr: sysDescr === null ? null : new RegExp(sysDescr), detect },
    get kind() {
      return rest().kind
    },
    get kinds() {
      return rest().kinds
    },
    get enterprises() {
      return rest().enterprises
    },
    get identity() {
      return rest().identity
    },
    get scalars() {
      return rest().scalars
    },
    get tables() {
      return rest().tables
    },
  }
}
