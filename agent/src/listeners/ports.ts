/** Keeps open the ports that are wanted, and tries again where one cannot be had. */
import { StewardError } from '@steward/shared/errors'
import type { OpenProblem } from '../config/index.ts'
import type { OpenPort } from './open-port.ts'
import type { WantedPort, Way } from './wanted-ports.ts'

export type Ports = {
  /** Opens and closes what differs; resolves when that is done. */
  want(wanted: readonly WantedPort[]): Promise<void>
  open(): { way: Way; port: number }[]
  problems(): OpenProblem[]
  close(): Promise<void>
}

const againMs = 30_000

/** `openPort` rejects with the system's error. `onProblems` is called where the list has changed. */
export function keepPorts(openPort: (it: WantedPort) => Promise<OpenPort>, onProblems: () => void): Ports {
  const open = new Map<Way, { wanted: WantedPort; port: OpenPort }>()
  const failed = new Map<Way, { wanted: WantedPort; why: string }>()
  let wanted: readonly WantedPort[] = []
  let work = Promise.resolve()
  let again: NodeJS.Timeout | null = null

  const settle = async (): Promise<void> => {
    for (const [way, { wanted: had, port }] of open) {
      if (wanted.some((it) => it.way === way && it.port === had.port)) continue
      open.delete(way)
      await port.close()
    }
    failed.clear()
    for (const it of wanted) {
      if (open.has(it.way)) continue
      try {
        open.set(it.way, { wanted: it, port: await openPort(it) })
      } catch (error) {
        failed.set(it.way, { wanted: it, why: reasonOf(error) })
      }
    }
    if (again !== null) clearTimeout(again)
    again = failed.size === 0 ? null : setTimeout(() => void start(), againMs).unref()
    onProblems()
  }
  const start = (): Promise<void> => {
    work = work.then(settle)
    return work
  }

  return {
    want(list) {
      wanted = list
      return start()
    },
    open: () => [...open].map(([way, { port }]) => ({ way, port: port.port })),
    problems: () =>
      [...failed.values()].map(({ wanted: { way, port }, why }) => ({
        key: `listener/port/${way}`,
        code: 'listener/port',
        message: `Port ${port} cannot be listened to for ${way}: ${why}. Free it, or name another in the site’s settings.`,
      })),
    async close() {
      wanted = []
      await start()
    },
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof StewardError) return error.message
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  if (code === 'EADDRINUSE') return 'another program has it'
  if (code === 'EACCES') return 'this machine does not let the agent have it'
  return code === '' ? String(error) : code
}
