import { mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { openVault } from './index.ts'

describe('the vault', () => {
  let folder = ''
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'steward-vault-'))
  })
  afterEach(() => rmSync(folder, { recursive: true, force: true }))

  const password = 'correct horse 马'

  test('gives a secret back for its device and address, also after a restart', () => {
    openVault(folder).put('cam-07', '192.168.1.7', { user: 'admin', password }, 1000)
    expect(openVault(folder).secretOf('cam-07', '192.168.1.7')).toEqual({
      state: 'set',
      secret: { user: 'admin', password },
    })
    expect(openVault(folder).list()).toEqual([
      { device: 'cam-07', address: '192.168.1.7', setAt: 1000, fields: ['user', 'password'] },
    ])
  })

  test('does not give it for another address, and says for which one it was entered', () => {
    const vault = openVault(folder)
    vault.put('cam-07', '192.168.1.7', { password }, 1000)
    expect(vault.secretOf('cam-07', '192.168.1.66')).toEqual({ state: 'elsewhere', address: '192.168.1.7' })
  })

  test('knows an IPv6 address however it is written', () => {
    const vault = openVault(folder)
    vault.put('cam-07', 'fd00:0:0:0::7', { password }, 1000)
    expect(vault.secretOf('cam-07', 'FD00::0007').state).toBe('set')
  })

  test('a file that was moved to another device or address does not open', () => {
    const vault = openVault(folder)
    vault.put('cam-07', '192.168.1.7', { password }, 1000)
    const file = join(folder, 'secrets', 'cam-07.json')
    const text = readFileSync(file, 'utf8')
    writeFileSync(file, text.replace('192.168.1.7', '192.168.1.66'))
    expect(vault.secretOf('cam-07', '192.168.1.66')).toEqual({ state: 'unreadable' })
    writeFileSync(file, text)
    renameSync(file, join(folder, 'secrets', 'cam-08.json'))
    expect(vault.secretOf('cam-08', '192.168.1.7')).toEqual({ state: 'unreadable' })
  })

  test('nothing on the disk holds the password, and only the owner may read it', () => {
    openVault(folder).put('cam-07', '192.168.1.7', { password }, 1000)
    for (const name of ['vault.key', 'secrets/cam-07.json']) {
      const path = join(folder, name)
      expect(readFileSync(path, 'utf8')).not.toContain(password)
      if (process.platform !== 'win32') expect(statSync(path).mode & 0o777).toBe(0o600)
    }
    expect(readdirSync(folder).sort()).toEqual(['secrets', 'vault.key'])
  })

  test('without its key, or with a broken file, it says so and goes on', () => {
    const vault = openVault(folder)
    vault.put('cam-07', '192.168.1.7', { password }, 1000)
    vault.put('cam-08', '192.168.1.8', { password }, 1000)
    writeFileSync(join(folder, 'secrets', 'cam-08.json'), '{ broken')
    rmSync(join(folder, 'vault.key'))
    const later = openVault(folder)
    expect(later.secretOf('cam-07', '192.168.1.7')).toEqual({ state: 'unreadable' })
    expect(later.secretOf('cam-08', '192.168.1.8')).toEqual({ state: 'unreadable' })
    expect(later.list()).toEqual([{ device: 'cam-07', address: '192.168.1.7', setAt: 1000, fields: null }])
  })

  test('removing is final, and a name that is no slug is refused', () => {
    const vault = openVault(folder)
    vault.put('cam-07', '192.168.1.7', { password }, 1000)
    expect(vault.remove('cam-07')).toBe(true)
    expect(vault.remove('cam-07')).toBe(false)
    expect(vault.secretOf('cam-07', '192.168.1.7')).toEqual({ state: 'none' })
    expect(() => vault.put('../../etc/passwd', '192.168.1.7', { password }, 1000)).toThrow()
  })
})
