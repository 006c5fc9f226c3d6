/** Values that are read out of documents, between a connection and the rows of its form. Pure. */
import type { ConnectionOf } from '@steward/shared/model'

type Kept = ConnectionOf<'mqtt'>['values'][number]

/** As it is typed: `states` as `0=closed, 1=open`. What the form does not show (class, age) is kept. */
export type ValueRow = {
  id: string
  name: string
  topic: string
  path: string
  unit: string
  scale: string
  states: string
  class: string
  staleAfterMs: number | undefined
}

export const emptyRow: ValueRow = {
  ...{ id: '', name: '', topic: '', path: '', unit: '', scale: '', states: '' },
  ...{ class: 'value', staleAfterMs: undefined },
}

export function rowsOf(values: readonly (Omit<Kept, 'topic'> & { topic?: string })[]): ValueRow[] {
  return values.map(({ id, name, topic = '', path, unit, scale, states = {}, staleAfterMs, ...it }) => ({
    ...{ id, name, topic, path, unit, class: it.class, staleAfterMs },
    scale: scale === undefined ? '' : String(scale),
    states: Object.entries(states)
      .map(([raw, word]) => `${raw}=${word}`)
      .join(', '),
  }))
}

/** A row without an id is one that nobody has filled in; a scale that is no number is none. */
export function httpValuesOf(rows: readonly ValueRow[]): ConnectionOf<'http'>['values'] {
  return rows.filter((it) => it.id.trim() !== '').map(valueIn)
}

export function mqttValuesOf(rows: readonly ValueRow[]): Kept[] {
  return rows
    .filter((it) => it.id.trim() !== '')
    .map((it) => ({
      ...valueIn(it),
      topic: it.topic.trim(),
      ...(it.staleAfterMs === undefined ? {} : { staleAfterMs: it.staleAfterMs }),
    }))
}

function valueIn(row: ValueRow): ConnectionOf<'http'>['values'][number] {
  const { path, unit } = row
  const id = row.id.trim()
  const name = row.name.trim() || id
  const scale = Number(row.scale.trim() === '' ? Number.NaN : row.scale)
  const states = statesIn(row.states)
  return {
    ...{ id, name, path: path.trim(), unit: unit.trim(), class: row.class },
    ...(Number.isFinite(scale) ? { scale } : {}),
    ...(states === null ? {} : { states }),
  }
}

function statesIn(text: string): Record<string, string> | null {
  const pairs = text.split(/[,，]/).flatMap((it) => {
    const at = it.indexOf('=')
    const [raw, word] = [it.slice(0, at).trim(), it.slice(at + 1).trim()]
    return at < 0 || raw === '' || word === '' ? [] : [[raw, word] as const]
  })
  return pairs.length === 0 ? null : Object.fromEntries(pairs)
}
