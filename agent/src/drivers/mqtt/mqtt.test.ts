import { MqttConnection } from '@steward/shared/model'
import { describe, expect, test } from 'vitest'
import { availabilityIn, availabilityTopics } from './availability.ts'
import { isMatch } from './filters.ts'
import { leavesOf } from './leaves.ts'
import { createMessages } from './messages.ts'

// MQTT 3.1.1, section 4.7.1
test.each([
  ['sport/tennis/player1/#', 'sport/tennis/player1', true],
  ['sport/tennis/player1/#', 'sport/tennis/player1/ranking', true],
  ['sport/tennis/+', 'sport/tennis/player1', true],
  ['sport/tennis/+', 'sport/tennis/player1/ranking', false],
  ['sport/+', 'sport', false],
  ['sport/+', 'sport/', true],
  ['+/+', '/finance', true],
  ['/+', '/finance', true],
  ['+', '/finance', false],
  ['#', '$SYS/uptime', false],
  ['+/uptime', '$SYS/uptime', false],
  ['$SYS/#', '$SYS/uptime', true],
  ['a/b', 'a/b', true],
  ['a/b', 'a/B', false],
])('%s for %s: %s', (filter, topic, expected) => {
  expect(isMatch(filter, topic)).toBe(expected)
})

describe('availability', () => {
  const topicsFor = (topic: string) =>
    availabilityTopics(MqttConnection.parse({ driver: 'mqtt', values: [{ id: 'x', name: 'x', topic }] }))

  test.each([
    ['tele/lamp/SENSOR', 'tele/lamp/LWT'],
    ['zigbee2mqtt/door', 'zigbee2mqtt/door/availability'],
    ['lamp/sensor/power/state', 'lamp/status'],
    ['shellies/plug/relay/0/power', 'shellies/plug/online'],
    ['homie/box/door/state', 'homie/box/$state'],
  ])('%s: looked for at %s', (topic, expected) => {
    expect(topicsFor(topic)).toContain(expected)
  })

  test.each([
    ['Online', 'online'],
    ['{"state":"offline"}', 'offline'],
    ['true', 'online'],
    ['lost', 'offline'],
    ['23.5', null],
    ['', null],
    ['{"state":{"a":1}}', null],
    ['{', null],
  ])('%s says %s', (payload, expected) => {
    expect(availabilityIn(payload, undefined)).toBe(expected)
  })

  test('stated words count, and the usual ones beside them', () => {
    const stated = { topic: 'x', online: 'da', offline: 'fort' }
    expect(['da', 'fort', 'offline', 'dort'].map((it) => availabilityIn(it, stated))).toEqual([
      'online',
      'offline',
      'offline',
      null,
    ])
  })
})

describe('what is kept of what a broker sends', () => {
  const send = (topic: string, payload = 'x') => ({ topic, payload: Buffer.from(payload), retained: false })

  test('a flood is cut off and said, and forgotten a minute later', () => {
    const messages = createMessages()
    for (let i = 0; i < 1500; i += 1) messages.take(send('t', String(i)), 5000)
    expect(String(messages.of('t')?.payload)).toBe('999')
    expect(messages.complaint(6000)).toContain('1000 messages a second')
    messages.take(send('t', 'after'), 6000)
    expect(String(messages.of('t')?.payload)).toBe('after')
    expect(messages.complaint(66_000)).toBeNull()
  })

  test('so many topics, and no more; those that are known go on', () => {
    const messages = createMessages()
    for (let i = 0; i < 3000; i += 1) messages.take(send(`t/${i}`), i * 10)
    expect([...messages.all()]).toHaveLength(2000)
    messages.take(send('t/1', 'new'), 40_000)
    expect(String(messages.of('t/1')?.payload)).toBe('new')
    expect(messages.complaint(40_000)).toContain('2000 topics')
  })

  test('a message that is too long is known to be that; an empty one clears the topic', () => {
    const messages = createMessages()
    messages.take(send('long', 'x'.repeat(100_000)), 0)
    expect(messages.of('long')?.payload).toBe('too-long')
    messages.take(send('long', ''), 0)
    expect(messages.of('long')).toBeUndefined()
  })
})

test('leaves of a payload nobody has described: few, short, and none from nowhere', () => {
  const read = (payload: string) => leavesOf('a/b c', payload).map((it) => [it.point.id, it.value])
  expect(read('{"x":1,"y":{"z":"on"},"l":[true]}')).toEqual([
    ['a.b-c.x', 1],
    ['a.b-c.y.z', 'on'],
    ['a.b-c.l.0', true],
  ])
  expect(read('21.5')).toEqual([['a.b-c', 21.5]])
  expect(read('{"a":')).toEqual([])
  expect(read(JSON.stringify(Array.from({ length: 100 }, (_, i) => i)))).toHaveLength(40)
  expect(leavesOf('t/'.repeat(80), '1')).toEqual([])
})
