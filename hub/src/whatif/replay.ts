/** A site's past judged anew: faults with the worst level that they had. Pure. */
import { createDiagnosis, type DiagnosisInput, type FaultKind, type FaultLevel } from '@steward/shared/diagnosis'
import type { Ruled } from './apply-rules.ts'

/** Inputs of one instant, in milliseconds since 1970. */
export type Instant = { at: number; inputs: DiagnosisInput[] }

/** `level` is the worst that it had, `kind` the kind that it had then. `closedAt` is null where it is open at the end. */
export type JudgedFault = {
  cause: string
  kind: FaultKind
  level: FaultLevel
  openedAt: number
  closedAt: number | null
}

/** The faults of a site up to and with `until`, by the time they opened, then by cause. */
export function judgedFaults({ model, settings }: Ruled, instants: readonly Instant[], until: number): JudgedFault[] {
  const diagnosis = createDiagnosis(model, settings)
  const open = new Map<string, JudgedFault>()
  const faults: JudgedFault[] = []
  const take = (at: number, inputs: readonly DiagnosisInput[]): void => {
    for (const event of diagnosis.step(at, inputs)) {
      const { cause, kind, level } = event
      const known = open.get(cause)
      if (event.event === 'closed') {
        if (known !== undefined) known.closedAt = event.at
        open.delete(cause)
      } else if (known === undefined) {
        const fault = { cause, kind, level, openedAt: event.at, closedAt: null }
        open.set(cause, fault)
        faults.push(fault)
      } else if (level < known.level) {
        known.kind = kind
        known.level = level
      }
    }
  }
  for (const { at, inputs } of instants) take(at, inputs)
  take(until, [])
  return faults
}
