/** POWER-ETHERNET-MIB (RFC 3621): which ports feed what hangs on them, and how much in all. */
import type { Table } from './mib.ts'

/** W; null: nothing that could be fed. `draws`: whether it takes its power now. */
export type PoePort = { index: number; watts: number | null; draws: () => boolean }

const states = { searching: 2, delivering: 3 } as const
const budgetWatts = 370
const truth = 1
const signalPairs = 1
const low = 3

export function poeTables(ports: readonly PoePort[]): Table[] {
  const isFed = (it: PoePort): boolean => it.watts !== null && it.draws()
  return [
    {
      oid: '1.3.6.1.2.1.105.1.1.1',
      columns: {
        3: 'Integer',
        4: 'Integer',
        5: 'Integer',
        6: 'Integer',
        7: 'Integer',
        9: 'OctetString',
        10: 'Integer',
      },
      rows: () =>
        ports.map((it) => ({
          index: [1, it.index],
          cells: {
            3: truth,
            4: truth,
            5: signalPairs,
            6: isFed(it) ? states.delivering : states.searching,
            7: low,
            9: '',
            10: 4,
          },
        })),
    },
    {
      oid: '1.3.6.1.2.1.105.1.3.1.1',
      columns: { 2: 'Gauge', 3: 'Integer', 4: 'Gauge', 5: 'Integer' },
      rows: () => {
        const used = ports.filter(isFed).reduce((sum, it) => sum + (it.watts ?? 0), 0)
        return [{ index: [1], cells: { 2: budgetWatts, 3: 1, 4: Math.round(used), 5: 80 } }]
      },
    },
  ]
}
