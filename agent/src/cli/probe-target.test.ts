import { expect, test } from 'vitest'
import { parseTarget } from './probe-target.ts'

test.each([
  ['mqtt://10.0.0.5', 1883, ['#'], '3.1.1'],
  ['mqtt://10.0.0.5/#', 1883, ['#'], '3.1.1'],
  ['mqtts://user:secret@10.0.0.5/hall/+/power', 8883, ['hall/+/power'], '3.1.1'],
  ['mqtt://10.0.0.5:1884/hall/#?version=5', 1884, ['hall/#'], '5'],
  ['mqtt://10.0.0.5/%E5%8E%85/meter%201', 1883, ['厅/meter 1'], '3.1.1'],
])('%s: the filter of a broker is what stands behind the host, # and all', (text, port, topics, version) => {
  const { connection, shown } = parseTarget(text)
  expect(connection).toMatchObject({ driver: 'mqtt', port, topics, version })
  expect(shown).not.toContain('secret')
  expect(shown.endsWith(topics.join(''))).toBe(true)
})

test('a filter that is none is refused', () => {
  expect(() => parseTarget('mqtt://10.0.0.5/a/#/b')).toThrow(/topics/)
})
