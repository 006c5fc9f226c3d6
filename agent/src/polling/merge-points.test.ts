import { expect, test } from 'vitest'
import { mergedPoints, renamedValues } from './merge-points.ts'

const line = (...ids: string[]) => ({
  points: ids.map((id) => ({ id, class: 'value', instance: '', name: id, unit: '' })),
})

test('ids of a later connection that an earlier one has are put behind its place; values follow', () => {
  const lines = [line('uptime', 'load'), line('load', 'door')]
  expect(mergedPoints(lines).map((it) => it.id)).toEqual(['uptime', 'load', 'connection-2.load', 'door'])
  expect(renamedValues({ load: 1, door: 'open' }, 1, lines.slice(0, 1))).toEqual({
    'connection-2.load': 1,
    door: 'open',
  })
})
