import { StewardError } from '@steward/shared/errors'
import { z } from 'zod'

const End = z.tuple([z.string(), z.int(), z.string()])

/** Where a page of faults ended, as the opaque `next` of its answer. */
export function pageToken(last: { level: string; opened_at: number; id: string }): string {
  return Buffer.from(JSON.stringify([last.level, last.opened_at, last.id])).toString('base64url')
}

export function pageEnd(token: string): { level: string; openedAt: number; id: string } {
  try {
    const [level, openedAt, id] = End.parse(JSON.parse(Buffer.from(token, 'base64url').toString('utf8')))
    return { level, openedAt, id }
  } catch {
    throw new StewardError('input/invalid', 'next: take it from the answer before, as it is.')
  }
}
