const prefixes = {
  TwentyFiveGig: 'Twe',
  HundredGig: 'Hu',
  FortyGig: 'Fo',
  TenGig: 'Te',
  Gig: 'Gi',
  Fast: 'Fa',
  '': 'Eth',
} as const

/** As engineers write it: `GigabitEthernet1/0/7` is `Gi1/0/7`. */
export function shortPort(port: string): string {
  const found = Object.entries(prefixes).find(([word]) => new RegExp(`^${word}[a-z]*ethernet\\d`, 'i').test(port))
  return found === undefined ? port : port.replace(/^\D+/, found[1])
}
