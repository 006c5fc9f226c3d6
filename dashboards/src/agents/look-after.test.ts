import { expect, test } from 'vitest'
import { lookedAfter } from './look-after.ts'

test('a device that names no agent is the first one’s; one that names none of them is nobody’s', () => {
  const devices = [{ id: 'core' }, { id: 'cam', agent: 'Annex' }, { id: 'lost', agent: 'Gone' }]
  const found = lookedAfter(devices, [{ name: 'Main' }, { name: 'Annex' }])
  expect([...found].map(([agent, its]) => [agent, its.map((it) => it.id)])).toEqual([
    ['Main', ['core']],
    ['Annex', ['cam']],
    [null, ['lost']],
  ])
})
