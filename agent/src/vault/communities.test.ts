import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openVault, readCommunities, removeCommunities, writeCommunities } from './index.ts'

let dataDir = ''
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'steward-communities-'))
})
afterEach(() => rmSync(dataDir, { recursive: true }))

const path = () => join(dataDir, 'communities.json')

test('are kept sealed, for this user alone, and given back', () => {
  expect(readCommunities(dataDir)).toEqual({ words: [], setAt: null })
  writeCommunities(dataDir, ['building-ro', 'second'], 1000)
  expect(readCommunities(dataDir)).toEqual({ words: ['building-ro', 'second'], setAt: 1000 })
  expect(readFileSync(path(), 'utf8')).not.toContain('building')
  expect(statSync(path()).mode & 0o777).toBe(0o600)
  writeCommunities(dataDir, ['third'], 2000)
  expect(readCommunities(dataDir)).toEqual({ words: ['third'], setAt: 2000 })
})

test('share their key with the secrets of devices, and are none of them', () => {
  openVault(dataDir).put('edge-1', '10.0.0.1', { community: 'own' }, 1)
  writeCommunities(dataDir, ['word'], 2)
  expect(openVault(dataDir).secretOf('edge-1', '10.0.0.1')).toMatchObject({ state: 'set' })
  expect(
    openVault(dataDir)
      .list()
      .map((it) => it.device),
  ).toEqual(['edge-1'])
})

test('are gone when they are removed, and none when the file is damaged', () => {
  expect(removeCommunities(dataDir)).toBe(false)
  writeCommunities(dataDir, ['word'], 1)
  writeFileSync(path(), readFileSync(path(), 'utf8').replace(/"sealed":"..../, '"sealed":"AAAA'))
  expect(readCommunities(dataDir).words).toEqual([])
  writeFileSync(path(), 'x')
  expect(readCommunities(dataDir).words).toEqual([])
  expect(removeCommunities(dataDir)).toBe(true)
})
