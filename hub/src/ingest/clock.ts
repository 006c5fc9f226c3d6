/** An agent's clock may be off by this much, and word of what happened come this far from the future. */
const toleranceMs = 5 * 60_000

/**
 * How an agent's times become the hub's. `sentAt` is the agent's clock at the moment of sending, `receivedAt` the hub's at
 * the arrival; where they are further apart than the way takes, all times of the batch are moved by the difference, so that
 * one that is hours off neither fills the future nor is thrown away as old.
 */
export function clockOf(sentAt: number, receivedAt: number): { skewMs: number; toHubTime: (at: number) => number } {
  const skewMs = sentAt - receivedAt
  const shiftMs = Math.abs(skewMs) > toleranceMs ? skewMs : 0
  const latest = receivedAt + toleranceMs
  return {
    skewMs: shiftMs,
    toHubTime(at) {
      const time = at - shiftMs
      return time > latest ? receivedAt : Math.max(time, 0)
    },
  }
}
