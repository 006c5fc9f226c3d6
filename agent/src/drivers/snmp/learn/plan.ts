/** Which objects of a target are read at each poll, and what each becomes. Learned once, then only read. */

import type { PointValue } from '@steward/shared/model'
import type { Findings, LearnedPoint } from '../../contract.ts'
import type { SymbolSpec } from '../profiles/profile.ts'
import { noBit, type RowFactors } from '../read/convert.ts'

export type Read = {
  oid: string
  point: string
  spec: SymbolSpec
  /** a counter, read as its change per second */
  isRate: boolean
  row: RowFactors
  /** what a counter here can gain per second, to tell a wrap from a reset; null: not known */
  most: number | null
}

export type Plan = {
  /** values that were learned and are not read: they change only when the target is learned anew */
  fixed: Record<string, PointValue>
  reads: Read[]
  points: LearnedPoint[]
  findings: Findings
  errors: { point: string; message: string }[]
}

/** The words that a point may say. Of several bits that are set it says several. */
export function statesOf({ states, bits }: SymbolSpec): { states?: string[] } {
  if (bits !== null) return { states: [noBit, ...Object.values(bits)] }
  return states === null ? {} : { states: [...new Set(Object.values(states))] }
}

/** An id that names a point: no blanks, at most as long as the model takes. */
export function pointIdOf(template: string, index: string): string {
  return template.replaceAll('{index}', index).replace(/\s+/g, '-').slice(0, 128)
}
