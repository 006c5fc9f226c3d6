/** One stream of the hub's live events, kept open while somebody looks. */
import { LiveEvent } from '@steward/shared/api'
import { address, v1 } from './call.ts'

export type StreamOptions = {
  /** which events: kinds, and of one site only */
  types: readonly LiveEvent['type'][]
  site?: string
  onEvent: (event: LiveEvent) => void
  /** open; `missed`: events may have been missed since it was open before */
  onOpen?: (it: { missed: boolean }) => void
  onLost?: () => void
  /** the hub answered with something else than a stream: signed out, or not there */
  onRefused?: () => void
}

const retryMs = [1000, 2000, 5000, 10_000] as const
/** Browsers allow six connections to one hub: a tab that nobody looks at gives its one back. */
const hiddenMs = 30_000
/** The hub says every 15 s that it is there; a connection that died without a word (a phone that changed networks) is silent. */
const silentMs = 40_000

export type Stream = { retry: () => void; stop: () => void }

export function openStream(options: StreamOptions): Stream {
  const url = address(v1('events'), { types: options.types.join(','), site: options.site })
  let source: EventSource | null = null
  let timer: ReturnType<typeof setTimeout> | undefined
  let watchdog: ReturnType<typeof setTimeout> | undefined
  let failures = 0
  let wasOpen = false
  let hasGap = false

  const close = (): void => {
    clearTimeout(timer)
    clearTimeout(watchdog)
    source?.close()
    source = null
  }
  const open = (): void => {
    close()
    const own = new EventSource(url)
    source = own
    own.addEventListener('open', () => {
      failures = 0
      options.onOpen?.({ missed: wasOpen && hasGap })
      wasOpen = true
      hasGap = false
    })
    own.addEventListener('error', () => {
      options.onLost?.()
      // While it is CONNECTING the browser tries again by itself and says what it had last; closed, it has given up.
      if (own.readyState !== EventSource.CLOSED) return
      hasGap = true
      clearTimeout(timer)
      timer = setTimeout(open, retryMs[Math.min(failures, retryMs.length - 1)])
      failures += 1
      options.onRefused?.()
    })
    own.addEventListener('message', ({ data }) => {
      const event = read(data)
      if (event !== null) options.onEvent(event)
    })
    own.addEventListener('reset', () => options.onOpen?.({ missed: true }))
    own.addEventListener('alive', () => {
      clearTimeout(watchdog)
      watchdog = setTimeout(() => {
        hasGap = true
        options.onLost?.()
        open()
      }, silentMs)
    })
  }
  const look = (): void => {
    clearTimeout(timer)
    if (document.visibilityState === 'visible') {
      if (source === null) open()
      return
    }
    timer = setTimeout(() => {
      hasGap = true
      close()
    }, hiddenMs)
  }
  document.addEventListener('visibilitychange', look)
  open()
  return {
    retry: () => {
      hasGap = true
      open()
    },
    stop: () => {
      document.removeEventListener('visibilitychange', look)
      close()
    },
  }
}

/** An event of ours, or null for one of a newer hub that this app does not know. */
function read(data: unknown): LiveEvent | null {
  if (typeof data !== 'string') return null
  try {
    return LiveEvent.safeParse(JSON.parse(data)).data ?? null
  } catch {
    return null
  }
}
