/** Units that say nothing: asked ever more rarely, so that the others on the line need not wait for them. */

/** So often a unit may be silent in a row before it has to wait. */
const patience = 3
const longestWaitMs = 20_000
/** Who was not asked for so long does not share the line any more. */
const forgetMs = 600_000

type Unit = { askedAt: number; silences: number; until: number }

export type SilentUnits = {
  /** in how many ms it may be asked again; 0: now. Alone on its line it never waits: there is nobody to suffer. */
  waitMs(unit: number): number
  /** A question of that length was not answered. */
  silent(unit: number, tookMs: number): void
  answered(unit: number): void
}

export function createSilentUnits(now: () => number = () => performance.now()): SilentUnits {
  const units = new Map<number, Unit>()
  const of = (unit: number): Unit => {
    const known = units.get(unit) ?? { askedAt: 0, silences: 0, until: 0 }
    units.set(unit, known)
    return known
  }
  return {
    waitMs(unit) {
      const known = of(unit)
      known.askedAt = now()
      for (const [id, it] of units) if (now() - it.askedAt > forgetMs) units.delete(id)
      return units.size < 2 ? 0 : Math.max(0, known.until - now())
    },
    silent(unit, tookMs) {
      const known = of(unit)
      known.silences += 1
      const over = known.silences - patience
      if (over >= 0) known.until = now() + Math.min(longestWaitMs, tookMs * 2 ** Math.min(over + 1, 10))
    },
    answered(unit) {
      Object.assign(of(unit), { silences: 0, until: 0 })
    },
  }
}
