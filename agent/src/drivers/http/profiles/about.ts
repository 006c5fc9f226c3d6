/** Who a device says that it is, and what it lists, by its profile. Pure. */
import { isIP } from 'node:net'
import type { DeviceKind, Identity } from '@steward/shared/model'
import { TopologyFindings, topologyLimits } from '@steward/shared/topology'
import type { Answers } from './collect.ts'
import { keyedRows, matched, textAt } from './rows.ts'
import type { HttpProfile, Source } from './schema.ts'

export function identityOf({ identity }: HttpProfile, answers: Answers): Identity {
  const told = Object.entries(identity).flatMap(([field, sources]) => {
    const text = (sources ?? []).map((it) => textOf(it, answers)).find((it) => it !== null && it !== '')
    return typeof text === 'string' ? [[field, text] as const] : []
  })
  return Object.fromEntries(told)
}

function textOf({ from, at, match, value }: Source, answers: Answers): string | null {
  if (value !== undefined) return value
  const document = answers.get(from)
  const text = document === undefined || at === undefined ? null : textAt(document, document.root, at)
  return text === null || match === undefined ? text : matched(text, match)
}

export function kindOf({ kind, kinds }: HttpProfile, answers: Answers): DeviceKind | undefined {
  const fits = kinds.find(({ from, at, match }) => {
    const document = answers.get(from)
    return document !== undefined && match.test(textAt(document, document.root, at) ?? '')
  })
  return fits?.kind ?? kind
}

/** The camera channels and readers that it lists; undefined where it lists none. */
export function topologyOf({ channels, readers }: HttpProfile, answers: Answers): TopologyFindings | undefined {
  const seen = channels === undefined ? [] : listedIn(channels, answers)
  const reading = readers.map((it) => listedIn(it, answers)).find((it) => it.length > 0) ?? []
  if (seen.length === 0 && reading.length === 0) return undefined
  return TopologyFindings.parse({
    ...(seen.length === 0 ? {} : { channels: seen }),
    ...(reading.length === 0 ? {} : { readers: reading }),
  })
}

type Listed = NonNullable<HttpProfile['channels']>

function listedIn(list: Listed, answers: Answers): { name: string; address?: string }[] {
  const document = answers.get(list.from)
  if (document === undefined) return []
  const rows = keyedRows(document, { rows: list.rows, key: ['#'], first: 0 })
  const listed = rows.flatMap(({ node }) => {
    const name = textAt(document, node, list.name) ?? ''
    const address = list.address === undefined ? null : textAt(document, node, list.address)
    const isPlaced = address !== null && isIP(address) !== 0 && address !== '0.0.0.0'
    return name === '' && !isPlaced ? [] : [{ name, ...(isPlaced ? { address } : {}) }]
  })
  return listed.slice(0, topologyLimits.ports)
}
