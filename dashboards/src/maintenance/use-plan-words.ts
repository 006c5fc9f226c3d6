import type { Silence } from '@steward/shared/api'
import { isWholeSite, type Span } from '@steward/shared/maintenance'
import type { MaintenanceWindow } from '@steward/shared/model'
import { useWords } from '../language/use-words.ts'
import { writeClock, writeDay } from '../time/instant.ts'
import { localInput } from './local-input.ts'
import type { NamesAt } from './use-names.ts'

type Timed = Pick<MaintenanceWindow, 'from' | 'to' | 'repeats'>

const mostNames = 5
const dayMs = 86_400_000
/** A Monday. */
const mondayMs = Date.UTC(2026, 0, 5)

/** Monday is 1 (ISO 8601). */
export function weekdayName(day: number, language: string, form: 'short' | 'narrow' | 'long' = 'short'): string {
  const at = mondayMs + (day - 1) * dayMs
  return new Intl.DateTimeFormat(language, { weekday: form, timeZone: 'UTC' }).format(at)
}

/** Sentences on windows and silences. */
export function usePlanWords() {
  const { t, list, language } = useWords()

  const names = (all: readonly string[]): string => {
    const rest = all.length - mostNames
    const shown = list(all.slice(0, mostNames))
    return rest > 0 ? `${shown} ${t('devices.andMore', { count: rest })}` : shown
  }
  const day = (at: number, zone: string): string => {
    const weekday = new Intl.DateTimeFormat(language, { weekday: 'short', timeZone: zone }).format(at)
    return t('maintenance.dayOf', { weekday, day: writeDay(at, zone, language) })
  }
  /** `Fri 27 Nov 22:00 – 02:00`; the second day only where it is not the next. */
  const span = ({ from, to }: Span, zone: string): string => {
    const [begins, ends] = [writeClock(from, zone, language, false), writeClock(to, zone, language, false)]
    const first = localInput(from, zone).slice(0, 10)
    const isNear = first === localInput(to, zone).slice(0, 10) || to - from <= dayMs
    return `${day(from, zone)} ${begins} – ${isNear ? ends : `${day(to, zone)} ${ends}`}`
  }
  return {
    day,
    span,
    /** until when: `02:00` today, else with its day */
    until: (at: number, zone: string, now: number): string => {
      const clock = writeClock(at, zone, language, false)
      return localInput(at, zone).slice(0, 10) === localInput(now, zone).slice(0, 10)
        ? clock
        : `${day(at, zone)} ${clock}`
    },
    /** `nameOf`: what people call a system or a device */
    scopeOfWindow: (window: Pick<MaintenanceWindow, 'devices' | 'systems'>, nameOf: NamesAt): string =>
      isWholeSite(window)
        ? t('maintenance.wholeSite')
        : names([...window.systems.map(nameOf.system), ...window.devices.map(nameOf.device)]),
    scopeOfSilence: ({ scope, name }: Silence): string => {
      if (scope.kind === 'site') return t('maintenance.wholeSite')
      return scope.kind === 'customer' ? t('silence.allOf', { name }) : name
    },
    /** how a window or silence recurs, or its one span */
    when: ({ repeats, from, to }: Timed, zone: string): string => {
      if (repeats === undefined) return span({ from: Date.parse(from ?? ''), to: Date.parse(to ?? '') }, zone)
      const { fromTime, toTime, lastsDays = 0 } = repeats
      const later = lastsDays > 0 ? ` (${t('maintenance.daysLater', { count: lastsDays })})` : ''
      const hours = `${fromTime} – ${toTime}${later}`
      if (repeats.every === 'date') return `${t('maintenance.onDates', { count: repeats.dates.length })}, ${hours}`
      if (repeats.days.length === 7) return `${t('maintenance.everyDay')}, ${hours}`
      const days = [...repeats.days].sort((a, b) => a - b)
      const written = days.map((it) => weekdayName(it, language))
      const isRun = days.length > 2 && days.every((it, i) => it === (days[0] ?? 0) + i)
      const shown = isRun ? `${written[0]} – ${written.at(-1)}` : list(written)
      return `${t('maintenance.every', { days: shown })}, ${hours}`
    },
  }
}
