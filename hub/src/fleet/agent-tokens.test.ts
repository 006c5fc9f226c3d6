import { randomBytes } from 'node:crypto'
import { expect, test } from 'vitest'
import { createAgentTokens } from './agent-tokens.ts'

const now = Date.UTC(2026, 5, 1)
const secrets = { nonce: randomBytes(32), token: randomBytes(32) }
const tokens = createAgentTokens(secrets)

test('a nonce serves once, its own agent, within a minute', () => {
  const nonce = tokens.nonce('a-1', now)
  expect(nonce).toMatch(/^[A-Za-z0-9_-]{43}$/)
  expect(tokens.spendNonce('a-2', nonce, now)).toBe(false)
  expect(tokens.spendNonce('a-1', nonce, now + 60_001)).toBe(false)
  expect(tokens.spendNonce('a-1', nonce, now - 1)).toBe(false)
  expect(tokens.spendNonce('a-1', nonce, now + 60_000)).toBe(true)
  expect(tokens.spendNonce('a-1', nonce, now + 60_000)).toBe(false)
})

test('two nonces of one moment are different, and both serve', () => {
  const [first, second] = [tokens.nonce('a-1', now), tokens.nonce('a-1', now)]
  expect(first).not.toBe(second)
  expect([tokens.spendNonce('a-1', first, now), tokens.spendNonce('a-1', second, now)]).toEqual([true, true])
})

test('a nonce of another hub, or of nobody, does not serve', () => {
  const other = createAgentTokens({ nonce: randomBytes(32), token: randomBytes(32) })
  expect(tokens.spendNonce('a-1', other.nonce('a-1', now), now)).toBe(false)
  expect(tokens.spendNonce('a-1', randomBytes(32).toString('base64url'), now)).toBe(false)
  expect(tokens.spendNonce('a-1', '', now)).toBe(false)
})

test('a token says whose it is for an hour, also to another node with the same key', () => {
  const { token, expiresAt } = tokens.token('a-1', now)
  expect(expiresAt).toBe(now + 3_600_000)
  expect(createAgentTokens(secrets).agentOf(token, expiresAt - 1)).toBe('a-1')
  expect(tokens.agentOf(token, expiresAt)).toBeNull()
})

test.each([
  ['cut off', (it: string) => it.slice(0, -1)],
  ['longer', (it: string) => `${it}A`],
  [
    'with the payload of another',
    (it: string) => `${tokens.token('agent-78', now).token.split('.')[0]}.${it.split('.')[1]}`,
  ],
  ['without a seal', (it: string) => it.split('.')[0] ?? ''],
  ['without its prefix', (it: string) => it.slice(1)],
  ['empty', () => ''],
])('a token that is %s is none', (_name, spoil) => {
  const { token } = tokens.token('agent-77', now)
  const spoilt = spoil(token)
  expect(spoilt).not.toBe(token)
  expect(tokens.agentOf(spoilt, now)).toBeNull()
})
