/** An agent that should be heard, and whether its silence is a fault already. */
export type Listened = { agent: string; site: string; silentFrom: number; isFault: boolean; underMaintenance: boolean }

/**
 * Which sites have fallen silent and which speak again, at a time. Pure: the timer only asks. Under maintenance no fault
 * opens; one that is open closes when the agent speaks, whatever else.
 */
export function decideSilence<It extends Listened>(all: readonly It[], now: number): { open: It[]; close: It[] } {
  return {
    open: all.filter((it) => !it.isFault && !it.underMaintenance && now >= it.silentFrom),
    close: all.filter((it) => it.isFault && now < it.silentFrom),
  }
}
