import type { DiagnosisInput } from '@steward/shared/diagnosis'
import { z } from 'zod'
import { bad, fieldOf } from './diagnose-site.ts'

/** Inputs of one instant, in milliseconds since 1970. */
export type Instant = { at: number; inputs: DiagnosisInput[] }

const utc = 'write an ISO 8601 time in UTC, for example 2026-01-01T00:00:05.000Z'

/** An instant as the command line and the files write it; gives milliseconds since 1970. */
export const UtcTime = z.iso
  .datetime({ offset: true, error: utc })
  .refine((it) => /(?:Z|[+-]00:00)$/.test(it), utc)
  .transform((it) => Date.parse(it))

const base = { at: UtcTime, device: z.string() }
const StateLine = z.object({ ...base, state: z.enum(['down', 'up']) })
const MaintenanceLine = z.object({ ...base, maintenance: z.boolean() })
const ImminentLine = z.object({ ...base, imminent: z.string().min(1).max(120), value: z.boolean() })
const lineOf = { state: StateLine, maintenance: MaintenanceLine, imminent: ImminentLine }
const things = ['state', 'maintenance', 'imminent'] as const

/**
 * Reads events from JSON lines, ordered by `at`, and groups what has the same `at`. `devices` are the ids that the site
 * has. Throws `input/invalid` with one line that names the file, the line and the field.
 */
export function parseEvents(text: string, name: string, devices: ReadonlySet<string>): Instant[] {
  const instants: Instant[] = []
  // What was said at the present instant, by device and thing: it must not be said otherwise at the same one.
  const said = new Map<string, unknown>()
  for (const [index, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue
    const fail = (field: string, message: string) => bad(`${name} line ${index + 1}${field}: ${message}`)
    const { at, input, thing, value } = parseLine(line, fail)
    if (!devices.has(input.device)) throw fail(', field device', `there is no device "${input.device}"`)
    const last = instants.at(-1)
    if (last !== undefined && at < last.at)
      throw fail(', field at', 'earlier than the line before; order the file by time')
    if (last === undefined || at > last.at) said.clear()
    const key = JSON.stringify([input.device, thing])
    if (said.has(key) && said.get(key) !== value)
      throw fail(`, field ${thing.split(' ')[0]}`, `"${input.device}" is said to be otherwise at the same time`)
    said.set(key, value)
    if (last?.at === at) last.inputs.push(input)
    else instants.push({ at, inputs: [input] })
  }
  return instants
}

type Line = { at: number; input: DiagnosisInput; thing: string; value: unknown }

function parseLine(line: string, fail: (field: string, message: string) => Error): Line {
  const raw = parseJson(line)
  if (typeof raw !== 'object' || raw === null) throw fail('', 'not a JSON object')
  const [kind, second] = things.filter((it) => it in raw)
  if (kind === undefined) throw fail('', 'holds neither state, maintenance nor imminent')
  if (second !== undefined) throw fail(`, field ${second}`, `write it in a line of its own, beside ${kind}`)
  const parsed = lineOf[kind].safeParse(raw)
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    throw fail(`, field ${fieldOf(issue?.path ?? [])}`, issue?.message ?? 'not an event')
  }
  const { at, ...input } = parsed.data
  if ('imminent' in input) return { at, input, thing: `imminent ${input.imminent}`, value: input.value }
  return { at, input, thing: kind, value: 'state' in input ? input.state : input.maintenance }
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return undefined
  }
}
