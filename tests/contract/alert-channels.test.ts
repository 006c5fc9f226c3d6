import { createHmac } from 'node:crypto'
import {
  type AlertFacts,
  type AlertMessage,
  type ChannelCase,
  type ChannelContext,
  channels,
  createEgress,
  type ReceiverAnswer,
  renderAlert,
  renderTest,
  sendMailThrough,
} from '@steward/hub/alerting'
import { AlertTarget } from '@steward/shared/api'
import { isStewardError, StewardError } from '@steward/shared/errors'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { cases as dingtalkCases } from '../../hub/src/alerting/channels/dingtalk/cases.ts'
import { cases as emailCases } from '../../hub/src/alerting/channels/email/cases.ts'
import { cases as webhookCases } from '../../hub/src/alerting/channels/webhook/cases.ts'
import { cases as wecomCases } from '../../hub/src/alerting/channels/wecom/cases.ts'
import { httpReceiver, type Received, type Receiver, rudeReceiver, smtpReceiver } from './alert-receivers.ts'

type ChannelName = AlertTarget['channel']

const caseTables: Record<ChannelName, ChannelCase[]> = {
  email: emailCases,
  webhook: webhookCases,
  wecom: wecomCases,
  dingtalk: dingtalkCases,
}
const names = AlertTarget.options.map((it) => it.shape.channel.value)
const httpNames = names.filter((it) => it !== 'email')
const timeoutMs = 500
const now = Date.UTC(2026, 2, 1, 3, 12, 5)
const secret = 'SEC-a-long-enough-secret'
const key = 'robot-key-0123456789'

function targetOf(name: ChannelName, port: number): AlertTarget {
  const url = `http://127.0.0.1:${port}/hook?access_token=${key}`
  if (name === 'email') return { channel: 'email', to: 'duty@steward.example' }
  return name === 'wecom' ? { channel: name, url } : { channel: name, url, secret }
}

const facts: AlertFacts = {
  event: 'opened',
  fault: 'tower-a~core-1-1772334725000',
  incident: 'tower-a~core-1-1772334725000',
  level: 'L1',
  previousLevel: null,
  kind: 'down',
  site: { id: 'tower-a', name: '塔楼A', timezone: 'Asia/Shanghai' },
  devices: [
    { id: 'core-1', name: 'Core [1](http://evil.example)' },
    { id: 'core-2', name: '<font color="red">core-2</font>' },
  ],
  deviceCount: 2,
  affected: 42,
  reason: { zh: '视频系统的能力从 1 降到 0，低于 0.5。', en: 'cctv/view fell from 1 to 0, below 0.5.' },
  openedAt: now,
  closedAt: null,
  stillOpen: [],
}

function message(over: Partial<AlertFacts> = {}): AlertMessage {
  const context = {
    id: 'delivery-1',
    language: 'zh-CN',
    publicUrl: 'https://hub.example',
    decidedAt: now,
    now,
  } as const
  return renderAlert({ ...facts, ...over }, context)
}

const none: Received = { path: '', headers: {}, body: '' }
let receiver: Receiver | undefined
let context: ChannelContext
const egress = createEgress({ allowLoopback: true, timeoutMs })

function contextFor(port: number): ChannelContext {
  const settings = { host: '127.0.0.1', port, security: 'none', user: 'steward', password: 'letmein-please' } as const
  return {
    egress,
    now: () => now,
    sendMail: (mail) => sendMailThrough({ ...settings, from: 'Steward <hub@steward.example>' }, mail, timeoutMs),
  }
}

async function start(name: ChannelName, answer: ReceiverAnswer): Promise<Receiver> {
  receiver = name === 'email' ? await smtpReceiver(answer) : await httpReceiver(answer)
  context = contextFor(receiver.port)
  return receiver
}

/** `sent`, or the error that the channel threw, which must be one of ours. */
async function outcomeOf(name: ChannelName, port: number, sent = message()): Promise<'sent' | StewardError> {
  try {
    await channels[name].send(targetOf(name, port), sent, context)
    return 'sent'
  } catch (error) {
    if (isStewardError(error)) return error
    throw error
  }
}

beforeEach(() => {
  receiver = undefined
})
afterEach(() => receiver?.close())

describe.each(names)('alert channel %s', (name) => {
  test('its schema is its own', () => {
    expect(channels[name].name).toBe(name)
    expect(caseTables[name].length).toBeGreaterThan(3)
  })

  test('delivers an alert with level, site, devices, reason, time at the site and link', async () => {
    const { port, received } = await start(name, { behaves: 'accepts' })
    expect(await outcomeOf(name, port)).toBe('sent')
    expect(received).toHaveLength(1)
    const text = textOf(name, received[0]?.body ?? '')
    for (const part of ['🛑', '一级故障', '塔楼A', 'core-2', '42', '低于 0.5', '2026-03-01 11:12:05 (Asia/Shanghai)']) {
      expect(text).toContain(part)
    }
    expect(text).toContain('https://hub.example/faults/tower-a~core-1-1772334725000')
  })

  test.each(caseTables[name])('$title', async ({ answer, outcome, retryAfterMs }) => {
    const { port } = await start(name, answer)
    const result = await outcomeOf(name, port)
    expect(result === 'sent' ? 'sent' : result.code).toBe(outcome)
    if (result === 'sent') return
    expect(result.message).not.toMatch(/\n/)
    expect(result.details.retryAfterMs).toBe(retryAfterMs)
  })

  test.each(['never-answers', 'hangs-up'] as const)('a server that %s is tried again', async (behaves) => {
    receiver = await rudeReceiver(behaves)
    context = contextFor(receiver.port)
    expect(await outcomeOf(name, receiver.port)).toMatchObject({ code: 'alerts/unreachable', next: 'retry' })
  })

  test('a server that floods is left after little', async () => {
    receiver = await rudeReceiver('answers-without-end')
    context = contextFor(receiver.port)
    expect(await outcomeOf(name, receiver.port)).toBeInstanceOf(StewardError)
    expect(receiver.bytesSent()).toBeLessThan(64 * 1024 * 1024)
  })

  test('a port where nobody listens is tried again', async () => {
    const { port, close } = await start(name, { behaves: 'accepts' })
    await close()
    receiver = undefined
    expect(await outcomeOf(name, port)).toMatchObject({ code: 'alerts/unreachable', next: 'retry' })
  })

  test('neither the shown target nor an error holds a secret', async () => {
    const refuses: ReceiverAnswer =
      name === 'email' ? { smtp: 535, at: 'login', text: 'no' } : { http: 403, text: 'no' }
    const { port } = await start(name, refuses)
    const error = await outcomeOf(name, port)
    const told = `${channels[name].shown(targetOf(name, port))} ${error === 'sent' ? '' : error.message}`
    for (const hidden of [secret, key, 'letmein-please']) expect(told).not.toContain(hidden)
  })

  test('a test message and a closing are delivered, in English too', async () => {
    const { port, received } = await start(name, { behaves: 'accepts' })
    const english = renderTest({ id: 't-1', language: 'en', publicUrl: 'https://hub.example', recipient: 'Duty' })
    expect(await outcomeOf(name, port, english)).toBe('sent')
    expect(await outcomeOf(name, port, message({ event: 'closed', closedAt: now + 125_000 }))).toBe('sent')
    expect(textOf(name, received[0]?.body ?? '')).toContain('Test message')
    expect(textOf(name, received[1]?.body ?? '')).toContain('持续 2 分钟 5 秒')
  })

  test('a target of another channel is refused, not sent', async () => {
    const { port, received } = await start(name, { behaves: 'accepts' })
    const other = targetOf(name === 'wecom' ? 'email' : 'wecom', port)
    await expect(channels[name].send(other, message(), context)).rejects.toMatchObject({ code: 'alerts/refused' })
    expect(received).toEqual([])
  })
})

describe.each(httpNames)('alert channel %s over HTTP', (name) => {
  test('a redirect is not followed', async () => {
    const { port, received } = await start(name, { behaves: 'redirects' })
    expect(await outcomeOf(name, port)).toMatchObject({ code: 'alerts/refused' })
    expect(received.map((it) => it.path.split('?')[0])).toEqual(['/hook'])
  })

  test('an answer without end is read for a few kilobytes only', async () => {
    const { port, bytesSent } = await start(name, { behaves: 'answers-without-end' })
    await outcomeOf(name, port)
    expect(bytesSent()).toBeLessThan(64 * 1024 * 1024)
  })

  test('addresses of the hub itself are refused where they are dialled, by number and by name', async () => {
    const { port, received } = await start(name, { behaves: 'accepts' })
    const guarded = { ...context, egress: createEgress({ allowLoopback: false, timeoutMs }) }
    for (const host of ['127.0.0.1', 'localhost', '[::1]', '[::ffff:127.0.0.1]', '0x7f000001', '127.1', '0.0.0.0']) {
      const target = { ...targetOf(name, port), url: `http://${host}:${port}/hook` }
      const sending = channels[name].send(target, message(), guarded)
      await expect(sending, host).rejects.toMatchObject({ code: 'alerts/address-not-allowed' })
    }
    await guarded.egress.close()
    expect(received).toEqual([])
  })
})

/** What a person reads of it, out of each channel's own wrapping. */
function textOf(name: ChannelName, body: string): string {
  if (name === 'email') return decodedMail(body)
  const json: unknown = JSON.parse(body)
  return JSON.stringify(json)
}

/** Headers and parts of a mail as text: quoted-printable (RFC 2045) and encoded words (RFC 2047) undone. */
function decodedMail(source: string): string {
  const bytes = (text: string) =>
    Buffer.from(
      text.replace(/=([0-9A-F]{2})/g, (_all, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
      'latin1',
    )
  const words = source
    .replace(/\?=\r\n =\?UTF-8\?[BQ]\?/gi, '')
    .replace(/=\?UTF-8\?([BQ])\?([^?]*)\?=/gi, (_all, kind, it) => {
      const raw = kind.toUpperCase() === 'B' ? Buffer.from(it, 'base64') : bytes(it.replaceAll('_', ' '))
      return raw.toString('utf8')
    })
  return words + bytes(source.replace(/=\r\n/g, '')).toString('utf8')
}

test('webhook: the signature is that of the specification, and covers time, id and body', async () => {
  const { port, received } = await start('webhook', { behaves: 'accepts' })
  await outcomeOf('webhook', port)
  const [{ headers, body } = none] = received
  const signed = `${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`
  expect(headers['webhook-id']).toBe('delivery-1')
  expect(headers['webhook-timestamp']).toBe(String(now / 1000))
  expect(headers['webhook-signature']).toBe(`v1,${createHmac('sha256', secret).update(signed).digest('base64')}`)
  expect(JSON.parse(body)).toMatchObject({ type: 'alert.opened', level: 'L1', fault: facts.fault, affected: 42 })
})

test('dingtalk: the address is signed, and everybody is called at L1 only', async () => {
  const { port, received } = await start('dingtalk', { behaves: 'accepts' })
  await outcomeOf('dingtalk', port)
  await outcomeOf('dingtalk', port, message({ level: 'L3' }))
  const query = new URL(received[0]?.path ?? '', 'http://x').searchParams
  expect(query.get('access_token')).toBe(key)
  expect(query.get('timestamp')).toBe(String(now))
  expect(query.get('sign')).toBe(createHmac('sha256', secret).update(`${now}\n${secret}`).digest('base64'))
  expect(received.map((it) => JSON.parse(it.body).at.isAtAll)).toEqual([true, false])
})

test('wecom: L1 calls everybody in plain text, the rest is markdown in which names stay text', async () => {
  const { port, received } = await start('wecom', { behaves: 'accepts' })
  await outcomeOf('wecom', port)
  await outcomeOf('wecom', port, message({ level: 'L3', reason: { zh: '长'.repeat(4000), en: '' } }))
  const [first, second] = received.map((it) => JSON.parse(it.body))
  expect(first.text.mentioned_list).toEqual(['@all'])
  expect(second.msgtype).toBe('markdown')
  expect(second.markdown.content).not.toContain('](http://evil')
  expect(second.markdown.content).not.toContain('<font')
  expect(Buffer.byteLength(second.markdown.content)).toBeLessThanOrEqual(4096)
  expect(second.markdown.content).toContain('https://hub.example/faults/')
})

test('email: one thread per fault, marked as automatic, HTML without anything active', async () => {
  const { port, received } = await start('email', { behaves: 'accepts' })
  await outcomeOf('email', port)
  const source = received[0]?.body ?? ''
  expect(source).toMatch(/^Message-ID: <delivery-1@steward\.example>/im)
  expect(source).toMatch(/^References: <[0-9a-f]{32}@steward\.example>/im)
  expect(source).toMatch(/^Auto-Submitted: auto-generated/im)
  expect(source).toMatch(/^Importance: high/im)
  expect(decodedMail(source).split('<!doctype').at(-1)).not.toContain('<font')
})
