import { type Logger, pino } from 'pino'

const levels: Readonly<Record<number, string>> = {
  10: 'trace',
  20: 'debug',
  30: 'info',
  40: 'warning',
  50: 'error',
  60: 'fatal',
}

/** Logs to standard error: a line a person can read at a terminal, JSON for everything else. */
export function createLog(level: string, forPerson: boolean): { pino: Logger; flush(): void } {
  const known = level in pino.levels.values || level === 'silent' ? level : 'info'
  const options = { level: known, base: null, timestamp: pino.stdTimeFunctions.isoTime }
  if (forPerson)
    return {
      pino: pino(options, { write: (line) => void process.stderr.write(readable(line)) }),
      flush: () => undefined,
    }
  const destination = pino.destination({ dest: 2, sync: false })
  const logger = pino(options, destination)
  return {
    pino: logger,
    flush() {
      try {
        destination.flushSync()
      } catch {
        // Nobody reads it any more.
      }
    },
  }
}

function readable(line: string): string {
  const { time, level, msg, err }: { time: string; level: number; msg?: string; err?: { stack?: string } } =
    JSON.parse(line)
  const stack = err?.stack === undefined ? '' : `\n${err.stack}`
  return `${time.slice(11, 19)} ${(levels[level] ?? '').padEnd(7)} ${msg ?? ''}${stack}\n`
}
