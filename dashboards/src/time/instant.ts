/** An instant as people of a zone write it, to the second, with the zone's name: `2026-03-01 14:03:12 GMT+8`. */
export function writeInstant(at: string | number, zone: string, language: string): string {
  return formatter(language, zone, {
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    timeZoneName: 'short',
  }).format(new Date(at))
}

/** Without year and zone, for narrow places: `1 Mar 14:03`. */
export function writeShort(at: string | number, zone: string, language: string): string {
  return `${writeDay(at, zone, language)} ${writeClock(at, zone, language, false)}`
}

/** The time of day: `14:03:12`, or `14:03`. */
export function writeClock(at: string | number, zone: string, language: string, seconds = true): string {
  const second = seconds ? { second: '2-digit' as const } : {}
  return formatter(language, zone, { hour: '2-digit', minute: '2-digit', ...second }).format(new Date(at))
}

/** `1 Mar`: with the month as a word, since countries that write it in figures disagree on which figure that is. */
export function writeDay(at: string | number, zone: string, language: string): string {
  return formatter(language, zone, { month: 'short', day: 'numeric' }).format(new Date(at))
}

const formatters = new Map<string, Intl.DateTimeFormat>()

/** To make one costs a hundred times what its use does. An unknown zone (an old browser) falls back to the browser's own. */
function formatter(language: string, zone: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  // sv-SE writes figures in the order of ISO 8601, which English readers of all countries take the same way.
  const figures = options.month === 'short' ? 'en-GB' : 'sv-SE'
  const locale = language === 'en' ? figures : 'zh-CN'
  const key = `${locale} ${zone} ${Object.keys(options).join()}`
  const known = formatters.get(key)
  if (known !== undefined) return known
  const made = tryFormatter(locale, { ...options, hourCycle: 'h23', timeZone: zone })
  formatters.set(key, made)
  return made
}

function tryFormatter(locale: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  try {
    return new Intl.DateTimeFormat(locale, options)
  } catch {
    const { timeZone: _unknown, ...rest } = options
    return new Intl.DateTimeFormat(locale, rest)
  }
}

export const browserZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone
