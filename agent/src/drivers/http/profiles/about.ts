/** Who a device says that it is, and what it lists, by its profile. Pure. */
import { isIP } from 'node:net'
import type { DeviceKind, Identity } from '@steward/shared/model'
import { type TopologyFindings, topologyLimits } from '@steward/shared/topology'
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

/** The camera channels that it lists; undefined where it lists none. */
export function channelsOf({ channels }: HttpProfile, answers: Answers): TopologyFindings['channels'] {
  const document = channels === undefined ? undefined : answers.get(channels.from)
  if (channels === undefined || document === undefined) return undefined
  const rows = keyedRows(document, { rows: channels.rows, key: ['#'], first: 0 })
  const listed = rows.flatMap(({ node }) => {
    const name = textAt(document, node, channels.name) ?? ''
    const address = channels.address === undefined ? null : textAt(document, node, channels.address)
    const isPlaced = address !== null && isIP(address) !== 0 && address !== '0.0.0.0'
    return name === '' && !isPlaced ? [] : [{ name, ...(isPlaced ? { address } : {}) }]
  })
  return listed.length === 0 ? undefined : listed.slice(0, topologyLimits.ports)
}
