/** What every client of this bench asks of the same farm: 20 values of each target, or its interface table. */

export const interfaceTable = '1.3.6.1.2.1.2.2'

/** Uptime, name, ports, services; 64-bit counters of octets in and out and two states of four ports. */
export const getOids: readonly string[] = [
  '1.3.6.1.2.1.1.3.0',
  '1.3.6.1.2.1.1.5.0',
  '1.3.6.1.2.1.2.1.0',
  '1.3.6.1.2.1.1.7.0',
  ...[1, 2, 3, 4].flatMap((port) => [
    `1.3.6.1.2.1.31.1.1.1.6.${port}`,
    `1.3.6.1.2.1.31.1.1.1.10.${port}`,
    `1.3.6.1.2.1.2.2.1.8.${port}`,
    `1.3.6.1.2.1.2.2.1.14.${port}`,
  ]),
]

/** What any snmpd has, however few ports its machine has. */
export const snmpdOids: readonly string[] = [
  '1.3.6.1.2.1.1.3.0',
  '1.3.6.1.2.1.1.5.0',
  '1.3.6.1.2.1.1.7.0',
  '1.3.6.1.2.1.1.1.0',
  ...[1, 3, 4, 5, 6, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18].map((it) => `1.3.6.1.2.1.11.${it}.0`),
]

export const user = { name: 'bench', authPassphrase: 'authpass123', privPassphrase: 'privpass123' }

/** The i-th target; 127.0.0.x is left to others. */
export function addressOf(i: number): string {
  return `127.${1 + (i >> 14)}.${(i >> 7) & 127}.${(i & 127) + 1}`
}
