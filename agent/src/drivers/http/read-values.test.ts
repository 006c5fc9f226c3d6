import { HttpConnection } from '@steward/shared/model'
import { describe, expect, test } from 'vitest'
import { configuredPoints, readValues } from './read-values.ts'

const wanted = (values: object[]) =>
  HttpConnection.parse({ driver: 'http', values: values.map((it) => ({ name: 'x', ...it })) }).values
const value = (id: string, path: string, rest: object = {}) => ({ id, path, ...rest })
const read = (body: string, values: object[]) => readValues(body, wanted(values))

describe('JSON', () => {
  test('paths through objects and lists; what is not there loses only itself', () => {
    const body = JSON.stringify({ doors: [{ state: 'closed', count: 3 }], ok: true })
    const { values, errors } = read(body, [
      value('a', 'doors[0].state'),
      value('b', 'doors.0.count'),
      value('c', 'ok'),
      value('d', 'doors[1].state'),
    ])
    expect(values).toEqual({ a: 'closed', b: 3, c: true, d: null })
    expect(errors).toEqual([{ point: 'd', message: expect.stringContaining('doors[1].state') }])
  })

  test('an object is no value, and what every object has is not there', () => {
    const { values } = read('{"a":{"b":1}}', [value('x', 'a'), value('y', '__proto__'), value('z', 'constructor.name')])
    expect(values).toEqual({ x: null, y: null, z: null })
  })

  test('a row by what it says, a name with dots, the nearest of a name', () => {
    const body = '{"disks":[{"slot":1,"t":30},{"slot":2,"t":41}],"a.b":1,"deep":{"er":{"volts":12}}}'
    const { values } = read(body, [
      value('t', 'disks[slot=2].t'),
      value('dots', '["a.b"]'),
      value('volts', '..volts'),
      value('none', 'disks[slot=9].t'),
    ])
    expect(values).toEqual({ t: 41, dots: 1, volts: 12, none: null })
  })
})

describe('XML', () => {
  const body = `<?xml version="1.0"?><h:Status xmlns:h="urn:x" version="2.0"><h:fan id="1"><speed>007</speed></h:fan>
    <h:fan id="2"><speed>900</speed></h:fan><name>Door &amp; gate &#20108;</name><up>true</up><firmware>1.10</firmware><none/></h:Status>`

  test('elements, repeated ones, attributes; prefixes do not count', () => {
    const { values } = read(body, [
      value('first', 'Status.fan.speed'),
      value('second', 'Status.fan[1].speed'),
      value('by', 'Status.fan[@id=2].speed'),
      value('alone', 'Status.up[0]'),
      value('version', 'Status.@version'),
      value('name', '..name'),
    ])
    expect(values).toEqual({
      ...{ first: '007', second: 900, by: 900, alone: true },
      ...{ version: '2.0', name: 'Door & gate 二' },
    })
  })

  test('text stays what it is: a firmware is no number', () => {
    expect(read(body, [value('firmware', 'Status.firmware')]).values).toEqual({ firmware: '1.10' })
  })

  test('a document type, entities and endless nesting are refused', () => {
    for (const it of ['<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>', '<a>'.repeat(5000)]) {
      const { values, errors } = read(it, [value('x', 'a')])
      expect(values).toEqual({ x: null })
      expect(errors[0]?.message).toContain('not XML')
    }
  })
})

describe('lines', () => {
  test('key=value, as in table.Title[0].Name', () => {
    const body =
      'table.Title[0].Name=Gate\r\ntable.Title[10].Name=Door\nversion=3.215,build:2018-11-21\n__proto__.x=1\n'
    const { values } = read(body, [
      value('a', 'table.Title[0].Name'),
      value('b', 'table.Title[10].Name'),
      value('c', 'version'),
      value('d', 'toString'),
      value('e', 'table.Title'),
    ])
    expect(values).toEqual({ a: 'Gate', b: 'Door', c: '3.215,build:2018-11-21', d: null, e: null })
  })

  test('plain text by label, by line, or whole', () => {
    const body = 'Room 7\nTemperature: 23.5 C\nFan = off\n'
    const { values } = read(body, [
      value('t', 'Temperature', { unit: '°C' }),
      value('fan', 'Fan'),
      value('room', 'lines[0]'),
    ])
    expect(values).toEqual({ t: 23.5, fan: 'off', room: 'Room 7' })
    const log = read('[OK] 07:00\nDoor: closed', [value('door', 'Door'), value('first', 'lines[0]')])
    expect(log.values).toEqual({ door: 'closed', first: '[OK] 07:00' })
  })
})

describe('what a value becomes', () => {
  test('scaled, or a word', () => {
    const body = '{"t":235,"door":0,"lock":"OPEN","n":"12.5 V","bad":"n/a"}'
    const { values, errors } = read(body, [
      value('t', 't', { scale: 0.1, unit: '°C' }),
      value('door', 'door', { states: { 0: 'closed', 1: 'open' } }),
      value('lock', 'lock', { states: { open: 'unlocked' } }),
      value('n', 'n', { unit: 'V' }),
      value('bad', 'bad', { unit: 'V' }),
    ])
    expect(values).toEqual({ t: 23.5, door: 'closed', lock: 'unlocked', n: 12.5, bad: null })
    expect(errors.map((it) => it.message)).toEqual(['"n/a" is no number at "bad"'])
  })

  test('its point knows the words', () => {
    const [point] = configuredPoints(wanted([value('door', 'door', { states: { 0: 'closed', 1: 'open', 2: 'open' } })]))
    expect(point?.states).toEqual(['closed', 'open'])
  })
})

test('an answer that cannot be read is said for each value, and so is a path that is none', () => {
  expect(read('{"a":', [value('x', 'a')]).errors[0]?.message).toContain('not JSON')
  expect(read('{}', [value('x', 'a[')]).errors[0]?.message).toContain('no path')
})
