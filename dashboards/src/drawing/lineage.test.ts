import { expect, test } from 'vitest'
import { lineageOf } from './lineage.ts'

test('a device is shown with all that it needs and all that needs it, rings among them', () => {
  const devices = [
    { id: 'core', needs: [['ring']] },
    { id: 'ring', needs: [['core']] },
    { id: 'edge', needs: [['core', 'spare']] },
    { id: 'spare', needs: [] },
    { id: 'cam', needs: [['edge']] },
    { id: 'other', needs: [['spare']] },
  ]
  const { above, below } = lineageOf(devices, 'edge')
  expect([...above].sort()).toEqual(['core', 'ring', 'spare'])
  expect([...below]).toEqual(['cam'])
})
