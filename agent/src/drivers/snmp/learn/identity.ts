/** Who a target is: each field from the first of its sources that says something. */
import type { Identity } from '@steward/shared/model'
import type { Ask } from '../ask.ts'
import type { Varbind } from '../engine/index.ts'
import { type IdentitySource, identityFields, type Profile } from '../profiles/profile.ts'
import { hexOf, textOf } from '../read/raw-text.ts'

const maxLength = 200
/** Patterns look at no more than this of a text; whoever writes more is no honest device. */
const maxSearched = 1000

/** `profiles` in the order in which they are believed. Throws StewardError when the target falls silent. */
export async function learnIdentity(ask: Ask, profiles: readonly Profile[], sysObjectId: string): Promise<Identity> {
  const sourcesOf = (field: (typeof identityFields)[number]) => profiles.flatMap((it) => it.identity[field] ?? [])
  const scalars = identityFields
    .flatMap(sourcesOf)
    .filter((it) => it.row === null)
    .map((it) => it.oid)
  const values = await ask.get([...new Set(scalars.filter((it) => it !== null))])
  const identity: Identity = {}
  for (const field of identityFields) {
    for (const source of sourcesOf(field)) {
      const text = await textFrom(ask, source, values)
      if (text === '') continue
      identity[field] = text.slice(0, maxLength)
      break
    }
  }
  identity.vendor ??= vendorByNumber(profiles, sysObjectId)
  if (identity.vendor === undefined) delete identity.vendor
  return identity
}

const enterprisePattern = /^1\.3\.6\.1\.4\.1\.(\d+)(?:\.|$)/

function vendorByNumber(profiles: readonly Profile[], sysObjectId: string): string | undefined {
  const number = enterprisePattern.exec(sysObjectId)?.[1] ?? ''
  return profiles.map((it) => it.enterprises[number]).find((it) => it !== undefined)
}

async function textFrom(ask: Ask, source: IdentitySource, values: ReadonlyMap<string, Varbind>): Promise<string> {
  if (source.oid === null) return source.value ?? ''
  const found = source.row === null ? values.get(source.oid) : await cellOf(ask, source.oid, source.row)
  if (found === undefined) return ''
  const whole = source.isMac && found.type === 'octets' ? hexOf(found.value) : textOf(found)
  const text = whole.slice(0, maxSearched)
  if (source.pattern === null) return text.trim()
  const match = source.pattern.exec(text)
  if (match === null) return ''
  const template = source.template ?? (match[1] === undefined ? '$0' : '$1')
  return template.replace(/[$\\](\d)/g, (_, group: string) => match[Number(group)] ?? '').trim()
}

async function cellOf(
  ask: Ask,
  column: string,
  row: 'first' | { column: string; values: readonly string[] },
): Promise<Varbind | undefined> {
  const cells = await ask.column(column)
  const isTold = (it: Varbind | undefined): it is Varbind => it !== undefined && textOf(it) !== ''
  if (row === 'first') return [...cells.values()].find(isTold)
  const keys = await ask.column(row.column)
  const fitting = [...keys].filter(([, it]) => row.values.includes(textOf(it))).map(([index]) => cells.get(index))
  return fitting.find(isTold)
}
