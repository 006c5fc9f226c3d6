import { expect, test } from 'vitest'
import { readJsonValues } from './json-values.ts'

const value = (id: string, path: string) => ({ id, name: id, path, class: 'value', unit: '' })

test('follows paths through objects and lists; what is not there loses only itself', () => {
  const body = JSON.stringify({ doors: [{ state: 'closed', count: 3 }], ok: true })
  const wanted = [
    value('a', 'doors[0].state'),
    value('b', 'doors.0.count'),
    value('c', 'ok'),
    value('d', 'doors[1].state'),
  ]
  const { values, errors } = readJsonValues(body, wanted)
  expect(values).toEqual({ a: 'closed', b: 3, c: true, d: null })
  expect(errors).toEqual([{ point: 'd', message: expect.stringContaining('doors[1].state') }])
})

test('an object is no value, and what every object has is not there', () => {
  const { values } = readJsonValues('{"a":{"b":1}}', [
    value('x', 'a'),
    value('y', '__proto__'),
    value('z', 'constructor.name'),
  ])
  expect(values).toEqual({ x: null, y: null, z: null })
})

test('an answer that is not JSON is said for each value', () => {
  const { values, errors } = readJsonValues('<html>', [value('x', 'a')])
  expect(values).toEqual({ x: null })
  expect(errors[0]?.message).toContain('not JSON')
})
