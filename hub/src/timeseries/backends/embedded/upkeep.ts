import type { Upkeep } from '../../store.ts'
import type { Catalogue } from './catalogue.ts'
import { dayMs, dayOf, type Segment, type Tier } from './layout.ts'
import { removeFiles, replaceSegments, type SealParts, sealDay } from './seal.ts'

/** How long files are kept, in days: values and 5-minute roll-ups a quarter, hourly ones ten years. */
export const keptDays: Readonly<Record<Tier, number>> = { raw: 90, '5m': 90, '1h': 3653 }

/** A day is closed an hour after its end, and while nothing has come for it for half an hour. */
const closedAfterMs = 3_600_000
const quietMs = 1_800_000

/** Values are taken from 90 days back, one less than is deleted, to a day ahead. */
export function keptAt(now: number): { from: number; until: number } {
  return { from: dayOf(now) - keptDays.raw * dayMs, until: now + dayMs }
}

/** Days that are ready to be sealed, or sealed again with what came late; oldest first. */
export function daysToSeal(catalogue: Catalogue, now: number): number[] {
  const days = new Set(catalogue.tables.map((it) => it.day))
  return [...days]
    .filter((day) => day + dayMs + closedAfterMs <= now && (catalogue.writtenAt.get(day) ?? 0) + quietMs <= now)
    .sort((a, b) => a - b)
}

export function pastTheirTime(catalogue: Catalogue, now: number): Segment[] {
  const today = dayOf(now)
  return catalogue.segments.filter((it) => it.to < today - keptDays[it.tier] * dayMs)
}

/** Seals what is ready and deletes what is past its time. A day that fails is tried again next time; the others go on. */
export async function keepUp(
  parts: SealParts,
  now: number,
  warn: (message: string, facts: Record<string, unknown>) => void,
): Promise<Upkeep> {
  let sealedFiles = 0
  for (const day of daysToSeal(parts.catalogue, now)) {
    try {
      sealedFiles += await sealDay(parts, day)
    } catch (error) {
      warn('a day of the time series could not be sealed', { day: new Date(day).toISOString(), error: String(error) })
    }
  }
  const old = pastTheirTime(parts.catalogue, now)
  if (old.length > 0) {
    await parts.gate.exclusive(() => parts.turn(() => forgetSegments(parts, old)))
    await removeFiles(parts.folder, old)
  }
  return { sealedFiles, deletedFiles: old.length }
}

async function forgetSegments(parts: SealParts, old: readonly Segment[]): Promise<void> {
  await parts.connection.run('begin')
  try {
    await replaceSegments(parts.connection, { added: [], replaced: [...old] })
    await parts.connection.run('commit')
  } catch (error) {
    await parts.connection.run('rollback').catch(() => undefined)
    throw error
  }
  parts.catalogue.segments = parts.catalogue.segments.filter((it) => !old.includes(it))
}
