import { expect, test } from 'vitest'
import { isMaintained } from './whom.ts'

const camera = { id: 'cam-1', serves: [{ function: 'cctv/view' }] }
const core = { id: 'core', serves: [] }

test('a window is for those whom it lists, for those who serve a system, or for all', () => {
  expect(isMaintained({ devices: [], systems: [] }, core)).toBe(true)
  expect(isMaintained({ devices: ['core'], systems: ['cctv'] }, core)).toBe(true)
  expect(isMaintained({ devices: ['core'], systems: ['cctv'] }, camera)).toBe(true)
  expect(isMaintained({ devices: [], systems: ['cctv'] }, core)).toBe(false)
  expect(isMaintained({ devices: [], systems: ['cct'] }, camera)).toBe(false)
  expect(isMaintained({ devices: ['core'], systems: [] }, camera)).toBe(false)
})
