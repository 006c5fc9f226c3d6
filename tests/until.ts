/** Waiting in tests: for a condition, never for a time. */

/**
 * Asks until the answer is not null, undefined or false, and gives it; errors count as "not yet".
 * Throws after `withinMs` with what was waited for and the last error or answer.
 */
export async function until<T>(
  what: string,
  ask: () => Promise<T | null | undefined | false> | T | null | undefined | false,
  options: { withinMs: number; everyMs?: number },
): Promise<T> {
  const started = performance.now()
  let last: unknown
  for (;;) {
    try {
      const answer = await ask()
      if (answer !== null && answer !== undefined && answer !== false) return answer
      last = answer
    } catch (error) {
      last = error
    }
    if (performance.now() - started > options.withinMs) {
      throw new Error(
        `waited ${options.withinMs} ms for ${what}; last: ${last instanceof Error ? last.message : String(last)}`,
      )
    }
    await new Promise((resolve) => setTimeout(resolve, options.everyMs ?? 100))
  }
}
