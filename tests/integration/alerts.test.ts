import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ApplyResult, DeadManShown, DeliveryList, Recipient, RecipientList, TestResult } from '@steward/shared/api'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { httpReceiver, type Receiver, smtpReceiver } from '../contract/alert-receivers.ts'
import { type StartedHub, startHub } from './started-hub.ts'

let hub: StartedHub
const receivers: Receiver[] = []

async function accepting(): Promise<Receiver> {
  const receiver = await httpReceiver({ behaves: 'accepts' })
  receivers.push(receiver)
  return receiver
}

beforeAll(async () => {
  hub = await startHub()
  const customers = ['north', 'south'].map((id) => ({ id, name: id }))
  const sites = customers.map(({ id }) => ({ id: `${id}-1`, name: `${id} one`, customer: id }))
  expect((await hub.call('POST', 'apply', { customers, sites })).status).toBe(200)
})

afterAll(async () => {
  await Promise.all(receivers.map((it) => it.close()))
  await hub.stop()
})

const webhook = (port: number) => ({
  channel: 'webhook',
  url: `http://127.0.0.1:${port}/key-4711`,
  secret: 'a-long-secret',
})

async function recipient(body: object): Promise<Recipient> {
  const made = await hub.call('POST', 'alerts/recipients', body)
  expect(made.status, JSON.stringify(made.body)).toBe(200)
  return Recipient.parse(made.body)
}

describe('recipients', () => {
  test('are made, read, changed, removed; their secrets are never read back', async () => {
    const { port } = await accepting()
    const made = await recipient({ name: 'duty', target: webhook(port) })
    const changed = await hub.call('PUT', `alerts/recipients/${made.id}`, { name: 'duty', minLevel: 'L2' })
    expect(changed.body).toMatchObject({ minLevel: 'L2', channel: 'webhook', shown: `http://127.0.0.1:${port}/…` })
    const all = await hub.call('GET', 'alerts/recipients')
    const audit = await hub.call('GET', 'audit')
    expect(RecipientList.parse(all.body).items.map((it) => it.name)).toContain('duty')
    for (const told of [all.body, audit.body]) expect(JSON.stringify(told)).not.toMatch(/key-4711|a-long-secret/)
    expect(readFileSync(join(hub.dataDir, 'hub.sqlite')).includes('key-4711')).toBe(false)
    expect((await hub.call('DELETE', `alerts/recipients/${made.id}`)).status).toBe(200)
    expect((await hub.call('GET', `alerts/recipients/${made.id}`)).status).toBe(404)
  })

  test('a taken name, an unknown site and a wrong target are one clear line each', async () => {
    const { port } = await accepting()
    const first = await recipient({ name: 'once', target: webhook(port) })
    const lines: [object, number, RegExp][] = [
      [{ name: 'once', target: webhook(port) }, 409, /"once" exists already/],
      [{ name: 'x', target: webhook(port), sites: ['nort-1'] }, 400, /there is no site "nort-1"/],
      [{ name: 'x', target: { channel: 'email', to: 'nobody' } }, 400, /target/],
      [{ name: 'x', target: { channel: 'webhook', url: 'ftp://a.example/' } }, 400, /url/],
    ]
    for (const [body, status, line] of lines) {
      const answer = await hub.call('POST', 'alerts/recipients', body)
      expect(answer.status).toBe(status)
      expect(answer.body).toMatchObject({ detail: expect.stringMatching(line) })
    }
    await hub.call('DELETE', `alerts/recipients/${first.id}`)
  })

  test('one customer’s administrator sees and makes recipients of own sites only', async () => {
    const { port } = await accepting()
    const south = await recipient({ name: 'south duty', target: webhook(port), sites: ['south-1'] })
    const everywhere = await recipient({ name: 'everywhere', target: webhook(port) })
    const { key } = await hub.newKey(['read', 'operate', 'configure', 'administer'], 'north')
    const north = hub.callWith(key)
    const made = await north('POST', 'alerts/recipients', {
      name: 'north duty',
      target: webhook(port),
      sites: ['north-1'],
    })
    expect(made.status).toBe(200)
    const seen = RecipientList.parse((await north('GET', 'alerts/recipients')).body)
    expect(seen.items.map((it) => it.name)).toEqual(['north duty'])
    for (const id of [south.id, everywhere.id]) {
      expect((await north('GET', `alerts/recipients/${id}`)).status).toBe(404)
      expect((await north('PUT', `alerts/recipients/${id}`, { name: 'mine', sites: ['north-1'] })).status).toBe(404)
      expect((await north('DELETE', `alerts/recipients/${id}`)).status).toBe(404)
      expect((await north('POST', `alerts/recipients/${id}/test`)).status).toBe(404)
    }
    for (const sites of [[], ['south-1'], ['north-1', 'south-1']]) {
      const beyond = await north('POST', 'alerts/recipients', { name: 'beyond', target: webhook(port), sites })
      expect(beyond.status).toBe(403)
    }
    for (const path of ['alerts/mail', 'alerts/dead-man']) expect((await north('GET', path)).status).toBe(403)
    const { key: reader } = await hub.newKey(['read'])
    for (const path of ['alerts/recipients', 'alerts/deliveries']) {
      expect((await hub.callWith(reader)('GET', path)).status).toBe(403)
    }
  })

  test('a test says that it arrived, or in one line why not, and is in the log', async () => {
    const { port, received } = await accepting()
    const good = await recipient({ name: 'good', target: webhook(port) })
    const refusing = await httpReceiver({ http: 401 })
    receivers.push(refusing)
    const bad = await recipient({ name: 'bad', target: webhook(refusing.port) })
    const sent = await hub.call('POST', `alerts/recipients/${good.id}/test`)
    expect(TestResult.parse(sent.body)).toMatchObject({ ok: true })
    expect(received).toHaveLength(1)
    const failed = await hub.call('POST', `alerts/recipients/${bad.id}/test`)
    expect(failed.body).toMatchObject({ ok: false, message: expect.stringContaining('HTTP 401') })
    const log = DeliveryList.parse((await hub.call('GET', 'alerts/deliveries?limit=2')).body)
    expect(log.items.map((it) => [it.recipient, it.event, it.state])).toEqual([
      ['bad', 'test', 'failed'],
      ['good', 'test', 'sent'],
    ])
    expect(log.next).not.toBeUndefined()
  })
})

test('mail settings: kept without showing the password, tried before they are kept', async () => {
  const mail = await smtpReceiver({ behaves: 'accepts' })
  receivers.push(mail)
  expect((await hub.call('GET', 'alerts/mail')).body).toBeNull()
  const settings = {
    host: '127.0.0.1',
    port: mail.port,
    security: 'none',
    user: 'steward',
    from: 'hub@steward.example',
  }
  const wrong = { to: 'a@steward.example', settings: { ...settings, password: 'not it' } }
  expect((await hub.call('POST', 'alerts/mail/test', wrong)).body).toMatchObject({ ok: false })
  const put = await hub.call('PUT', 'alerts/mail', { ...settings, password: 'letmein-please' })
  expect(put.body).toEqual({ ...settings, passwordSet: true })
  await hub.call('PUT', 'alerts/mail', settings)
  expect((await hub.call('POST', 'alerts/mail/test', { to: 'a@steward.example' })).body).toMatchObject({ ok: true })
  await hub.restart()
  expect((await hub.call('POST', 'alerts/mail/test', { to: 'a@steward.example' })).body).toMatchObject({ ok: true })
  expect(mail.received.map((it) => it.path)).toEqual(['a@steward.example', 'a@steward.example'])
})

test('the dead-man address is asked while the hub is well', async () => {
  const { port, received } = await accepting()
  const url = `http://127.0.0.1:${port}/ping/uuid`
  const put = await hub.call('PUT', 'alerts/dead-man', { url, intervalMs: 10_000 })
  expect(DeadManShown.parse(put.body).url).toBe(url)
  await expect.poll(() => received.map((it) => it.path)).toContain('/ping/uuid')
  await expect
    .poll(async () => DeadManShown.parse((await hub.call('GET', 'alerts/dead-man')).body).last?.error)
    .toBeNull()
})

test('apply: the difference first, then the change, then nothing; secrets are hidden', async () => {
  const { port } = await accepting()
  const document = {
    recipients: [{ name: 'applied', target: webhook(port), minLevel: 'L2', sites: ['north-1'] }],
    deadMan: { url: null },
  }
  const dry = ApplyResult.parse((await hub.call('POST', 'apply?dryRun=true', document)).body)
  expect(dry.changes.map((it) => [it.kind, it.action])).toContainEqual(['recipient', 'create'])
  await hub.call('POST', 'apply', document)
  const again = ApplyResult.parse((await hub.call('POST', 'apply', document)).body)
  expect(again.changes.map((it) => it.action)).toEqual(['unchanged', 'unchanged'])
  const changed = {
    recipients: [{ ...document.recipients[0], target: { ...webhook(port), secret: 'another-secret' } }],
  }
  const last = ApplyResult.parse((await hub.call('POST', 'apply', changed)).body)
  expect(last.changes[0]).toMatchObject({ action: 'update', fields: [{ field: 'secret', from: '•••', to: '•••' }] })
  const audit = JSON.stringify((await hub.call('GET', 'audit')).body)
  expect(audit).not.toMatch(/another-secret|a-long-secret|key-4711/)
})
