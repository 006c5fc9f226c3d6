import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { endGrant, giveGrant, listGrants, openGrantBook } from './index.ts'

let folder = ''
let wall = 1_800_000_000_000
let mono = 5000
const clock = { wallMs: () => wall, monotonicMs: () => mono }
const pass = (ms: number) => {
  wall += ms
  mono += ms
}
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'steward-grants-'))
  wall = 1_800_000_000_000
  mono = 5000
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

const target = { device: 'cam-07', address: '192.168.1.7', port: 80 }
const give = (over: { port?: number; minutes?: number } = {}) =>
  giveGrant(folder, { ...target, minutes: 10, by: 'Li', now: wall, ...over })

describe('a grant', () => {
  test('covers its device, address and port, and nothing else', () => {
    const grant = give()
    const book = openGrantBook(folder, clock)
    expect(book.find(target)).toEqual(grant)
    for (const other of [{ port: 81 }, { device: 'cam-08' }, { address: '192.168.1.8' }]) {
      expect(book.find({ ...target, ...other })).toBeNull()
    }
  })

  test('expires, also while nobody looks, and its file is cleared away', () => {
    const { id } = give()
    const book = openGrantBook(folder, clock)
    pass(599_999)
    expect(book.find(target)?.id).toBe(id)
    expect(book.remainingMs(id)).toBe(1)
    pass(1)
    expect(book.find(target)).toBeNull()
    expect(book.inForce()).toEqual([])
    book.reload()
    expect(readdirSync(join(folder, 'grants'))).toEqual([])
  })

  test('counts after a restart for the rest of its time, and not when it was ended', () => {
    const { id } = give()
    pass(300_000)
    expect(openGrantBook(folder, clock).remainingMs(id)).toBe(300_000)
    expect(endGrant(folder, id)).toBe(true)
    expect(openGrantBook(folder, clock).find(target)).toBeNull()
    expect(endGrant(folder, id)).toBe(false)
  })

  test('does not last longer when the wall clock is set back', () => {
    const { id } = give()
    const book = openGrantBook(folder, clock)
    pass(300_000)
    wall -= 240_000
    book.reload()
    expect(book.remainingMs(id)).toBe(300_000)
    wall -= 3_600_000
    book.reload()
    mono += 300_000
    expect(book.remainingMs(id)).toBe(0)
    expect(openGrantBook(folder, clock).remainingMs(id)).toBe(0)
  })

  test('ends when the wall clock says so, though the machine slept', () => {
    const { id } = give()
    const book = openGrantBook(folder, clock)
    wall += 600_000
    expect(book.remainingMs(id)).toBe(0)
  })

  test('the one that lasts longest counts; the others stay listed', () => {
    give({ minutes: 1 })
    const long = give({ minutes: 20 })
    give({ port: 443 })
    const book = openGrantBook(folder, clock)
    expect(book.find(target)?.id).toBe(long.id)
    expect(book.inForce()).toHaveLength(3)
  })

  test('is private, and a damaged or renamed file is none', () => {
    const { id } = give()
    const file = join(folder, 'grants', `${id}.json`)
    if (process.platform !== 'win32') expect(statSync(file).mode & 0o777).toBe(0o600)
    writeFileSync(join(folder, 'grants', 'aaaaaaaa.json'), JSON.stringify({ ...give(), id: 'bbbbbbbb' }))
    writeFileSync(file, '{ broken')
    expect(listGrants(folder)).toHaveLength(1)
    expect(endGrant(folder, '../vault')).toBe(false)
  })
})
