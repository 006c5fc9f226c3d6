import { AlertTarget } from '@steward/shared/api'
import { describe, expect, test } from 'vitest'
import { channels, targetOf } from './channels.ts'

const where = { to: 'duty@example.com', url: 'https://hooks.example.com/x' }

describe('what is typed becomes a target that the hub takes', () => {
  test.each(channels.map((it) => [it.name, it.field] as const))('%s', (channel, field) => {
    const target = targetOf({ channel, where: ` ${where[field]} `, secret: '' })
    expect(AlertTarget.safeParse(target).success).toBe(true)
  })

  test('a secret goes along where the channel has one', () => {
    const secret = 'a-long-enough-secret'
    expect(targetOf({ channel: 'webhook', where: where.url, secret })).toMatchObject({ secret })
    expect(targetOf({ channel: 'wecom', where: where.url, secret })).not.toHaveProperty('secret')
  })

  test('nothing typed is no target', () => {
    expect(targetOf({ channel: 'email', where: ' ', secret: '' })).toBeNull()
  })
})

test('every channel of the contract can be chosen', () => {
  const known = AlertTarget.options.map((it) => it.shape.channel.value)
  expect([...known].sort()).toEqual(channels.map((it) => it.name).sort())
})
