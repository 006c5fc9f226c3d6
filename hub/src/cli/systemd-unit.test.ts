import { InvalidArgumentError } from 'commander'
import { describe, expect, test } from 'vitest'
import { hostName, portOf } from './options.ts'
import { type HubService, hubUnit, launcher } from './systemd-unit.ts'

const service: HubService = {
  user: 'steward-hub',
  program: '/usr/local/lib/steward-hub',
  state: 'steward-hub',
  port: 8443,
  host: '::',
  names: [],
  certificate: null,
}
const linesOf = (over: Partial<HubService> = {}) => hubUnit({ ...service, ...over }).split('\n')
const startOf = (lines: string[]) => lines.find((it) => it.startsWith('ExecStart='))

describe('the unit of the hub', () => {
  test('may write its data folder and nothing else, and comes back', () => {
    const lines = linesOf()
    for (const line of [
      'User=steward-hub',
      'StateDirectory=steward-hub',
      'StateDirectoryMode=0700',
      'UMask=0077',
      'ProtectSystem=strict',
      'ProtectHome=yes',
      'NoNewPrivileges=yes',
      'CapabilityBoundingSet=',
      'Restart=always',
      'WantedBy=multi-user.target',
    ])
      expect(lines).toContain(line)
    expect(startOf(lines)).toMatch(/ hub start --data \/var\/lib\/steward-hub --port 8443 --host ::$/)
  })

  test('may use a low port where it has one, and no other right for it', () => {
    expect(linesOf({ port: 443 })).toEqual(
      expect.arrayContaining([
        'CapabilityBoundingSet=CAP_NET_BIND_SERVICE',
        'AmbientCapabilities=CAP_NET_BIND_SERVICE',
      ]),
    )
  })

  test('is handed a certificate that its user cannot read', () => {
    const lines = linesOf({
      names: ['hub.example'],
      certificate: { cert: '/etc/ssl/hub.pem', key: '/etc/ssl/hub.key' },
    })
    expect(lines).toEqual(
      expect.arrayContaining(['LoadCredential=cert.pem:/etc/ssl/hub.pem', 'LoadCredential=key.pem:/etc/ssl/hub.key']),
    )
    expect(startOf(lines)).toMatch(/--name hub\.example --cert %d\/cert\.pem --key %d\/key\.pem$/)
  })

  test('takes nothing as a name that would be more than one word in it', () => {
    for (const it of ['a b', 'a\nExecStart=/bin/sh', '%n', '$(id)', '-x', 'a..b', '']) {
      expect(() => hostName(it)).toThrow(InvalidArgumentError)
    }
    for (const it of ['hub.example', '10.0.0.1', 'fe80::1', '::', 'LOCALHOST'])
      expect(hostName(it)).toBe(it.toLowerCase())
    for (const it of ['0', '65536', '80a', '-1', '1e3', '']) expect(() => portOf(it)).toThrow(InvalidArgumentError)
  })
})

test('the launcher leads each command to its side', () => {
  const lines = launcher().split('\n')
  expect(lines[0]).toBe('#!/bin/sh')
  expect(lines).toEqual(expect.arrayContaining(['agent | diagnose | probe) side=agent ;;', '*) side=hub ;;']))
})
