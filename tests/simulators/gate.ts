/** How a simulated device treats what reaches it: one small behaviour at a time, the same for every protocol. */

import { type PictureFault, pictureFaults } from './camera/picture.ts'

/** `power`: gone. `hang`: takes connections, never answers. `slow`: answers late. `flap`: gone and back in turns. `auth`: another password. `mains`: a UPS on its battery. The others: what is wrong with a camera's picture. */
export const modes = ['power', 'hang', 'slow', 'flap', 'auth', 'mains', ...pictureFaults] as const
export type BreakMode = (typeof modes)[number]

/** What the protocols ask. */
export type Gate = {
  /** resolves when the device may answer; never, while it hangs */
  pass(): Promise<void>
  /** whether anything listens at all */
  isOpen(): boolean
  /** whether the right password is refused */
  refusesCredentials(): boolean
  /** what is wrong with the picture of a camera */
  pictureFault(): PictureFault | null
  /** when it last started, in ms since 1970: uptime and counters begin there */
  bootedAt(): number
  uptimeMs(): number
  /** told at every change of `isOpen` */
  onChange(listener: (open: boolean) => void): void
}

export type GateControl = Gate & {
  set(mode: BreakMode | null): void
  /** off and on again at once: everything that a device forgets is forgotten */
  reboot(): void
  /** whether the way to the device is alive: the switches in front of it */
  setReachable(reachable: boolean): void
  /** whether it has power, reachable or not: its link is up, it draws from its port */
  isPowered(): boolean
  /** whether it does its work, for a switch: lets others through */
  works(): boolean
  /** told whenever `isPowered` or `works` may have changed by itself */
  onTurn(listener: () => void): void
  close(): void
}

/** Late, but within a time-out of one second; every now and then far beyond it, never so often that it counts as gone. */
const slowMs = { least: 600, spread: 200, late: 1500, lateEvery: 8000 }
/** Longer than it takes to be called down, so that each turn is seen. */
const flapEveryMs = 12_000

/** `now` in ms since 1970; what it says moves uptimes and counters, never timers. */
export function createGate(now: () => number = Date.now): GateControl {
  let mode: BreakMode | null = null
  let reachable = true
  let flappedOff = false
  let wasOpen = true
  let wasPowered = true
  let bootedAt = now()
  let lastLateAt = Number.NEGATIVE_INFINITY
  let timer: NodeJS.Timeout | null = null
  const changeListeners: ((open: boolean) => void)[] = []
  const turnListeners: (() => void)[] = []

  const isPowered = (): boolean => mode !== 'power' && !flappedOff
  const isOpen = (): boolean => reachable && isPowered()
  const boot = (): void => {
    // Never the same instant twice, so that two boots are told apart.
    bootedAt = Math.max(now(), bootedAt + 1)
  }
  const tell = (): void => {
    if (isPowered() && !wasPowered) boot()
    wasPowered = isPowered()
    if (isOpen() === wasOpen) return
    wasOpen = isOpen()
    for (const listener of changeListeners) listener(wasOpen)
  }
  const slowness = (): number => {
    if (performance.now() - lastLateAt < slowMs.lateEvery) return slowMs.least + Math.random() * slowMs.spread
    lastLateAt = performance.now()
    return slowMs.late
  }
  return {
    isOpen,
    isPowered,
    works: () => isPowered() && mode !== 'hang',
    bootedAt: () => bootedAt,
    uptimeMs: () => Math.max(0, now() - bootedAt),
    refusesCredentials: () => mode === 'auth',
    pictureFault: () => pictureFaults.find((it) => it === mode) ?? null,
    onChange: (listener) => {
      changeListeners.push(listener)
    },
    onTurn: (listener) => {
      turnListeners.push(listener)
    },
    pass: () => {
      if (mode === 'hang') return new Promise(() => undefined)
      if (mode !== 'slow') return Promise.resolve()
      return new Promise((resolve) => setTimeout(resolve, slowness()))
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
          for (const listener of turnListeners) listener()
        }, flapEveryMs)
      }
      tell()
    },
    reboot: boot,
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
