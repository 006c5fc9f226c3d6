/** The configured values out of an answer. */
import type { ConnectionOf, PointValue } from '@steward/shared/model'
import type { LearnedPoint, Reading } from '../contract.ts'
import { readDocument } from '../document.ts'
import { follow, parsePath } from '../document-path.ts'
import { pointValueOf } from '../document-value.ts'

type Wanted = ConnectionOf<'http'>['values']

/** Reads each value; what is not there, or has parts, is null and loses only itself. */
export function readValues(body: string, wanted: Wanted): Pick<Reading, 'values' | 'errors'> {
  const values: Record<string, PointValue> = {}
  const errors: Reading['errors'] = []
  if (wanted.length === 0) return { values, errors }
  const document = readDocument(body)
  for (const spec of wanted) {
    const steps = parsePath(spec.path)
    const found = steps === null ? undefined : follow(document, document.root, steps)
    const read = pointValueOf(document, found, spec)
    values[spec.id] = 'value' in read ? read.value : null
    if ('value' in read) continue
    const missing = steps === null ? `"${spec.path}" is no path` : `${read.problem} at "${spec.path}"`
    errors.push({ point: spec.id, message: document.format === 'none' ? document.problem : missing })
  }
  return { values, errors }
}

export function configuredPoints(wanted: Wanted): LearnedPoint[] {
  return wanted.map(({ id, name, unit, path, states, ...it }) => ({
    ...{ id, class: it.class, instance: '', name, unit, source: path },
    ...(states === undefined ? {} : { states: [...new Set(Object.values(states))] }),
  }))
}
