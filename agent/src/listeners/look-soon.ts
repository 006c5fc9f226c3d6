/** A device that said something is looked at, at once and then at most once in a while. */

export type LookSoon = { said(device: string): void; close(): void }

const pauseMs = 3000

/** `look` must not reject. */
export function createLookSoon(look: (device: string) => Promise<void>): LookSoon {
  /** devices that were looked at a moment ago; true: they have spoken since */
  const resting = new Map<string, { isAsked: boolean; timer: NodeJS.Timeout }>()
  const start = (device: string): void => {
    const rest = () => {
      const { isAsked } = resting.get(device) ?? { isAsked: false }
      resting.delete(device)
      if (isAsked) start(device)
    }
    resting.set(device, { isAsked: false, timer: setTimeout(rest, pauseMs).unref() })
    void look(device)
  }
  return {
    said(device) {
      const at = resting.get(device)
      if (at === undefined) start(device)
      else at.isAsked = true
    },
    close() {
      for (const { timer } of resting.values()) clearTimeout(timer)
      resting.clear()
    },
  }
}
