/** How a simulated device treats what reaches it: one small behaviour at a time, the same for every protocol. */

/** `power`: gone. `hang`: takes connections, never answers. `slow`: answers late. `flap`: gone and back in turns. `auth`: another password. */
export const modes = ['power', 'hang', 'slow', 'flap', 'auth'] as const
export type BreakMode = (typeof modes)[number]

export type Gate = {
  /** resolves when the device may answer; never, while it hangs */
  pass(): Promise<void>
  /** whether anything listens at all */
  isOpen(): boolean
  /** whether the right password is refused */
  refusesCredentials(): boolean
  /** told at every change of `isOpen` */
  onChange(listener: (open: boolean) => void): void
}

export type GateControl = Gate & {
  set(mode: BreakMode | null): void
  /** whether the way to the device is alive: the switches in front of it */
  setReachable(reachable: boolean): void
  close(): void
}

/** Late, but within a time-out of one second most of the time. */
const slowMs = { least: 600, spread: 700 }
/** Longer than it takes to be called down, so that each turn is seen. */
const flapEveryMs = 12_000

export function createGate(): GateControl {
  let mode: BreakMode | null = null
  let reachable = true
  let flappedOff = false
  let wasOpen = true
  let timer: NodeJS.Timeout | null = null
  const listeners: ((open: boolean) => void)[] = []

  const isOpen = (): boolean => reachable && mode !== 'power' && !(mode === 'flap' && flappedOff)
  const tell = (): void => {
    if (isOpen() === wasOpen) return
    wasOpen = isOpen()
    for (const listener of listeners) listener(wasOpen)
  }
  return {
    isOpen,
    refusesCredentials: () => mode === 'auth',
    onChange: (listener) => {
      listeners.push(listener)
    },
    pass: () => {
      if (mode === 'hang') return new Promise(() => undefined)
      if (mode !== 'slow') return Promise.resolve()
      return new Promise((resolve) => setTimeout(resolve, slowMs.least + Math.random() * slowMs.spread))
    },
    set(next) {
      if (timer !== null) clearInterval(timer)
      timer = null
      mode = next
      flappedOff = next === 'flap'
      if (next === 'flap') {
        timer = setInterval(() => {
          flappedOff = !flappedOff
          tell()
        }, flapEveryMs)
      }
      tell()
    },
    setReachable(next) {
      reachable = next
      tell()
    },
    close() {
      if (timer !== null) clearInterval(timer)
    },
  }
}

/** A device that is always well, for tests of one driver. */
export function openGate(): Gate {
  return createGate()
}
