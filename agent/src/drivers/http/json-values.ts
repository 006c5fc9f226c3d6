/** Values out of a JSON answer by paths such as `doors[0].state`. */
import type { ConnectionOf, PointValue } from '@steward/shared/model'
import type { Reading } from '../contract.ts'

const maxSteps = 20

function follow(document: unknown, path: string): unknown {
  let at = document
  for (const step of path
    .split(/[.[\]]+/)
    .filter((it) => it !== '')
    .slice(0, maxSteps)) {
    if (typeof at !== 'object' || at === null || !Object.hasOwn(at, step)) return undefined
    at = Reflect.get(at, step)
  }
  return at
}

function pointValueOf(found: unknown): PointValue | undefined {
  if (typeof found === 'number') return Number.isFinite(found) ? found : undefined
  if (typeof found === 'boolean') return found
  return typeof found === 'string' ? found.slice(0, 200) : undefined
}

/** Reads each configured value; what is not there, or is an object, loses only itself. */
export function readJsonValues(
  body: string,
  wanted: ConnectionOf<'http'>['values'],
): Pick<Reading, 'values' | 'errors'> {
  const values: Record<string, PointValue> = {}
  const errors: Reading['errors'] = []
  let document: unknown
  try {
    document = JSON.parse(body)
  } catch {
    document = undefined
  }
  for (const { id, path } of wanted) {
    const value = pointValueOf(follow(document, path))
    values[id] = value ?? null
    if (value === undefined) {
      const why = document === undefined ? 'the answer is not JSON' : `there is no number, text or boolean at "${path}"`
      errors.push({ point: id, message: why })
    }
  }
  return { values, errors }
}
