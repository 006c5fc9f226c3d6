import { createHmac } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { recoverAtRunningHub } from '@steward/hub/backup'
import { ApiKeyCreated, AuditList, InvitationCreated, Me, PersonList } from '@steward/shared/api'
import { afterEach, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { type Receiver, smtpReceiver } from '../contract/alert-receivers.ts'
import { addPerson, asking, askingAs, cookiesOf, signIn } from './hub-requests.ts'
import { type StartedHub, startHub } from './started-hub.ts'

const password = 'correct horse battery'
const admin = 'admin@steward.example'
const dayMs = 86_400_000

let hub: StartedHub
let mail: Receiver | undefined
afterEach(async () => {
  await hub.stop()
  await mail?.close()
  mail = undefined
})

const engineer = { role: 'engineer', customer: null }
const administrator = { role: 'administrator', customer: null }
const detailOf = (text: string): string => z.object({ detail: z.string() }).parse(JSON.parse(text)).detail
const peopleOf = async () => PersonList.parse((await hub.call('GET', 'people')).body).items
const idOf = async (email: string): Promise<string> => (await peopleOf()).find((it) => it.email === email)?.id ?? ''

describe('signing in', () => {
  test('gives a cookie that scripts cannot read and other sites do not send', async () => {
    hub = await startHub()
    const answer = await signIn(hub, admin, password)
    const cookies = [answer.headers['set-cookie'] ?? []].flat()
    expect(cookies.length).toBeGreaterThan(0)
    for (const it of cookies) expect(it).toMatch(/^__Secure-.*HttpOnly.*SameSite=Lax/i)
    const me = await asking(hub, { cookie: cookiesOf(answer) })('GET', '/api/v1/me')
    expect(Me.parse(JSON.parse(me.text)).person?.email).toBe(admin)
    const audit = AuditList.parse((await hub.call('GET', 'audit?action=sign-in')).body)
    expect(audit.items[0]).toMatchObject({ who: admin })
  })

  test('does not tell a wrong password from an unknown address', async () => {
    hub = await startHub()
    const wrong = await signIn(hub, admin, 'not the password')
    const unknown = await signIn(hub, 'nobody@steward.example', 'not the password')
    expect(wrong.status).toBe(401)
    expect([unknown.status, unknown.text]).toEqual([wrong.status, wrong.text])
  })

  test('is refused after many tries from one address', async () => {
    hub = await startHub()
    const statuses = new Set<number>()
    for (let i = 0; i < 12; i += 1) statuses.add((await signIn(hub, admin, `guess number ${i}`)).status)
    expect([...statuses].sort()).toEqual([401, 429])
  })

  test('a cookie carries no authority for another site’s request', async () => {
    hub = await startHub()
    const cookie = cookiesOf(await signIn(hub, admin, password))
    const as = asking(hub, { cookie })
    const body = { name: 'key', scopes: ['read'] }
    const own = { origin: hub.url, 'sec-fetch-site': 'same-origin' }
    const strange: Record<string, string>[] = [
      {},
      { origin: 'https://evil.example' },
      { origin: 'null' },
      { origin: hub.url, 'sec-fetch-site': 'same-site' },
      { 'sec-fetch-site': 'cross-site' },
    ]
    for (const headers of strange) expect((await as('POST', '/api/v1/api-keys', body, headers)).status).toBe(401)
    for (const headers of strange.slice(1))
      expect((await as('GET', '/api/v1/people', undefined, headers)).status).toBe(401)
    expect((await as('POST', '/api/v1/api-keys', body, own)).status).toBe(200)
    const from = { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' }
    const out = await as('POST', '/api/auth/sign-out', {}, from)
    expect(out.status).toBe(403)
    expect((await as('GET', '/api/v1/me')).status).toBe(200)
  })
})

describe('invitations', () => {
  const invite = async (over: object = {}) => {
    const body = { email: 'New@Steward.example', memberships: [engineer], ...over }
    return InvitationCreated.parse((await hub.call('POST', 'invitations', body)).body)
  }
  const accept = (link: string, name = 'New') =>
    asking(hub)('POST', '/api/v1/invitations/accept', { secret: link.split('#')[1], name, password })

  test('let one person in, once; the secret is in the fragment and in no log', async () => {
    hub = await startHub()
    const { link } = await invite()
    expect(new URL(link).pathname).toBe('/invitation')
    const secret = link.split('#')[1] ?? ''
    expect(JSON.stringify((await hub.call('GET', 'audit')).body)).not.toContain(secret)
    expect(JSON.stringify((await hub.call('GET', 'invitations')).body)).not.toContain(secret)
    expect(readFileSync(join(hub.dataDir, 'hub.sqlite-wal')).includes(secret)).toBe(false)
    const answers = await Promise.all([accept(link, 'One'), accept(link, 'Two'), accept(link, 'Three')])
    expect(answers.map((it) => it.status).sort()).toEqual([200, 404, 404])
    expect((await accept(link)).status).toBe(404)
    expect((await peopleOf()).filter((it) => it.email === 'new@steward.example')).toHaveLength(1)
    expect((await signIn(hub, 'new@steward.example', password)).status).toBe(200)
  })

  test('end after seven days, or when they are withdrawn', async () => {
    let time = Date.now()
    hub = await startHub({ now: () => time })
    const [old, withdrawn] = [await invite(), await invite({ email: 'b@steward.example' })]
    await hub.call('DELETE', `invitations/${withdrawn.id}`)
    expect((await accept(withdrawn.link)).status).toBe(404)
    time += 7 * dayMs
    expect((await accept(old.link)).status).toBe(404)
  })

  test('are spent only when they let somebody in', async () => {
    hub = await startHub()
    const { link } = await invite()
    const secret = link.split('#')[1]
    const short = await asking(hub)('POST', '/api/v1/invitations/accept', { secret, name: 'New', password: 'short' })
    expect(short.status).toBe(400)
    expect(detailOf(short.text)).toMatch(/password/)
    const second = await invite()
    expect((await accept(link)).status).toBe(200)
    const taken = await accept(second.link)
    expect([taken.status, detailOf(taken.text)]).toEqual([409, expect.stringContaining('can already sign in')])
    const known = await hub.call('POST', 'invitations', { email: admin, memberships: [engineer] })
    expect(known).toMatchObject({ status: 409, body: { detail: expect.stringContaining('can already sign in') } })
  })

  test('give nothing beyond the inviter’s customers, and nothing at customers that are not there', async () => {
    hub = await startHub()
    await hub.call('POST', 'apply', { customers: [{ id: 'north', name: 'North' }] })
    const { key } = await hub.newKey(['read', 'administer'], 'north')
    const north = hub.callWith(key)
    expect((await north('POST', 'api-keys', { name: 'own', scopes: ['read'], customer: 'north' })).status).toBe(200)
    const email = 'x@steward.example'
    for (const memberships of [[engineer], [administrator], [{ role: 'customer', customer: 'south' }]]) {
      expect((await north('POST', 'invitations', { email, memberships })).status).toBe(403)
    }
    for (const [scopes, customer] of [
      [['read'], null],
      [['read'], 'south'],
      [['read', 'connect'], 'north'],
    ])
      expect((await north('POST', 'api-keys', { name: 'more', scopes, customer })).status).toBe(403)
    const own = await north('POST', 'invitations', { email, memberships: [{ role: 'customer', customer: 'north' }] })
    expect(own.status).toBe(200)
    const beyond = await hub.call('POST', 'invitations', { email, memberships: [{ role: 'customer', customer: null }] })
    expect(beyond.status).toBe(400)
    const nowhere = await invite({ memberships: [{ role: 'customer', customer: 'south' }] })
    const accepted = await accept(nowhere.link)
    expect([accepted.status, detailOf(accepted.text)]).toEqual([400, expect.stringContaining('no customer "south"')])
  })
})

describe('roles', () => {
  test('the last administrator cannot be lost, alone or by two at once', async () => {
    hub = await startHub()
    const first = await idOf(admin)
    const last = async (path: string, body: object) => {
      const answer = await hub.call('PUT', `people/${first}/${path}`, body)
      expect(answer).toMatchObject({ status: 409, body: { code: 'access/last-administrator' } })
    }
    await last('memberships', { memberships: [engineer] })
    await last('memberships', { memberships: [] })
    await last('disabled', { disabled: true })
    await addPerson(hub, { name: 'Second', email: 'second@steward.example', password, memberships: [administrator] })
    const second = await idOf('second@steward.example')
    const [one, two] = await Promise.all([
      hub.call('PUT', `people/${first}/disabled`, { disabled: true }),
      hub.call('PUT', `people/${second}/memberships`, { memberships: [] }),
    ])
    expect([one?.status, two?.status].sort()).toEqual([200, 409])
    const left = (await peopleOf()).filter(
      (it) => !it.disabled && it.memberships.some((m) => m.role === 'administrator'),
    )
    expect(left).toHaveLength(1)
  })

  test('take effect at the next request; who is disabled is out at once, and is told nothing', async () => {
    hub = await startHub()
    const email = 'e@steward.example'
    await addPerson(hub, { name: 'E', email, password, memberships: [engineer] })
    const ask = await askingAs(hub, email, password)
    expect((await ask('GET', '/api/v1/sites')).status).toBe(200)
    expect((await ask('GET', '/api/v1/people')).status).toBe(403)
    const id = await idOf(email)
    await hub.call('PUT', `people/${id}/memberships`, { memberships: [administrator] })
    expect((await ask('GET', '/api/v1/people')).status).toBe(200)
    await hub.call('PUT', `people/${id}/disabled`, { disabled: true })
    expect((await ask('GET', '/api/v1/sites')).status).toBe(401)
    const again = await signIn(hub, email, password)
    const wrong = await signIn(hub, email, 'not the password')
    expect([again.status, again.text, again.headers['set-cookie']]).toEqual([401, wrong.text, undefined])
    await hub.call('PUT', `people/${id}/disabled`, { disabled: false })
    expect((await signIn(hub, email, password)).status).toBe(200)
  })

  test('a customer goes only without people, and its keys go with it', async () => {
    hub = await startHub()
    await hub.call('POST', 'apply', { customers: [{ id: 'north', name: 'North' }] })
    const { key } = await hub.newKey(['read'], 'north')
    const memberships = [{ role: 'customer', customer: 'north' }]
    await addPerson(hub, { name: 'N', email: 'n@steward.example', password, memberships })
    expect((await hub.call('DELETE', 'customers/north')).status).toBe(409)
    await hub.call('PUT', `people/${await idOf('n@steward.example')}/memberships`, { memberships: [] })
    expect((await hub.call('DELETE', 'customers/north')).status).toBe(200)
    await hub.call('POST', 'apply', { customers: [{ id: 'north', name: 'Another' }] })
    expect((await hub.callWith(key)('GET', 'sites')).status).toBe(401)
  })
})

describe('a forgotten password', () => {
  test('is replaced by mail, once, and ends every session; an unknown address is not told apart', async () => {
    hub = await startHub()
    mail = await smtpReceiver({ behaves: 'accepts' })
    const settings = {
      host: '127.0.0.1',
      port: mail.port,
      security: 'none',
      user: 'steward',
      password: 'letmein-please',
    }
    await hub.call('PUT', 'alerts/mail', { ...settings, from: 'hub@steward.example' })
    const session = await askingAs(hub, admin, password)
    const anybody = asking(hub, { origin: hub.url })
    const ask = (email: string) => anybody('POST', '/api/auth/request-password-reset', { email })
    const [unknown, known] = [await ask('nobody@steward.example'), await ask(admin)]
    expect([unknown.status, unknown.text]).toEqual([known.status, known.text])
    await expect.poll(() => mail?.received.length).toBe(1)
    expect(mail.received[0]?.path).toBe(admin)
    const text = mail.received[0]?.body.replaceAll('=\r\n', '') ?? ''
    const token = /\/reset#([\w-]+)/.exec(text)?.[1]
    expect(token).toBeDefined()
    const reset = (newPassword: string) => anybody('POST', '/api/auth/reset-password', { token, newPassword })
    expect((await reset('short')).status).toBe(400)
    expect((await reset('another good password')).status).toBe(200)
    expect((await reset('a third good password')).status).toBe(400)
    expect((await session('GET', '/api/v1/me')).status).toBe(401)
    expect((await signIn(hub, admin, password)).status).toBe(401)
    expect((await signIn(hub, admin, 'another good password')).status).toBe(200)
    const audit = AuditList.parse((await hub.call('GET', 'audit?action=password.reset')).body)
    expect(audit.items).toMatchObject([{ who: admin }])
  })
})

/** Time-based one-time password, RFC 6238: 30 s, six digits, SHA-1. */
function totpOf(base32: string, at: number): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'
  const bits = [...base32.replace(/=+$/, '')].map((it) => alphabet.indexOf(it).toString(2).padStart(5, '0')).join('')
  const key = Buffer.from((bits.match(/.{8}/g) ?? []).map((it) => Number.parseInt(it, 2)))
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(Math.floor(at / 30_000)))
  const digest = createHmac('sha1', key).update(counter).digest()
  const from = (digest.at(-1) ?? 0) & 15
  return String((digest.readUInt32BE(from) & 0x7fffffff) % 1_000_000).padStart(6, '0')
}

describe('the second factor', () => {
  const Enabled = z.object({ totpURI: z.string(), backupCodes: z.array(z.string()).min(5) })

  test('is asked for once it is on; a backup code works once', async () => {
    hub = await startHub()
    const session = await askingAs(hub, admin, password)
    expect((await session('POST', '/api/auth/two-factor/enable', { password: 'not it at all' })).status).toBe(400)
    const enabled = await session('POST', '/api/auth/two-factor/enable', { password })
    const { totpURI, backupCodes } = Enabled.parse(JSON.parse(enabled.text))
    const secret = new URL(totpURI).searchParams.get('secret') ?? ''
    const confirmed = await session('POST', '/api/auth/two-factor/verify-totp', { code: totpOf(secret, Date.now()) })
    expect(confirmed.status).toBe(200)

    const first = await signIn(hub, admin, password)
    expect(JSON.parse(first.text)).toMatchObject({ twoFactorRedirect: true })
    const half = asking(hub, { cookie: cookiesOf(first), origin: hub.url, 'sec-fetch-site': 'same-origin' })
    expect((await half('GET', '/api/v1/me')).status).toBe(401)
    const verify = '/api/auth/two-factor/verify-totp'
    expect((await half('POST', verify, { code: '000000' })).status).toBe(401)
    const whole = await half('POST', verify, { code: totpOf(secret, Date.now()) })
    expect(whole.status).toBe(200)
    expect((await asking(hub, { cookie: cookiesOf(whole) })('GET', '/api/v1/me')).status).toBe(200)

    const backup = async () => {
      const cookie = cookiesOf(await signIn(hub, admin, password))
      const ask = asking(hub, { cookie, origin: hub.url, 'sec-fetch-site': 'same-origin' })
      return (await ask('POST', '/api/auth/two-factor/verify-backup-code', { code: backupCodes[0] })).status
    }
    expect([await backup(), await backup()]).toEqual([200, 401])
    const audit = AuditList.parse((await hub.call('GET', 'audit')).body).items.map((it) => it.action)
    expect(audit.filter((it) => it === 'sign-in' || it === 'two-factor.enable')).toEqual([
      'sign-in',
      'sign-in',
      'two-factor.enable',
      'sign-in',
      'sign-in',
    ])
  })
})

describe('at the machine of the hub', () => {
  test('a person who has lost password and second factor gets in again', async () => {
    hub = await startHub()
    const session = await askingAs(hub, admin, password)
    const enabled = await session('POST', '/api/auth/two-factor/enable', { password })
    const uri = z.object({ totpURI: z.string() }).parse(JSON.parse(enabled.text)).totpURI
    const code = totpOf(new URL(uri).searchParams.get('secret') ?? '', Date.now())
    await session('POST', '/api/auth/two-factor/verify-totp', { code })
    const link = await recoverAtRunningHub(hub.dataDir, 'Admin@Steward.example')
    expect(link).toMatch(new RegExp(`^${hub.url}/reset#[\\w-]{43}$`))
    expect((await session('GET', '/api/v1/me')).status).toBe(401)
    const body = { token: link?.split('#')[1], newPassword: 'a password found again' }
    expect((await asking(hub, { origin: hub.url })('POST', '/api/auth/reset-password', body)).status).toBe(200)
    const again = await askingAs(hub, admin, body.newPassword)
    expect(Me.parse(JSON.parse((await again('GET', '/api/v1/me')).text)).person).toMatchObject({ twoFactor: false })
    await expect(recoverAtRunningHub(hub.dataDir, 'nobody@steward.example')).rejects.toThrow(/^Nobody here has/)
    const audit = AuditList.parse((await hub.call('GET', 'audit?action=person.recover')).body)
    expect(audit.items).toMatchObject([{ who: 'console', target: admin }])
  })
})

describe('API keys', () => {
  test('are kept as hashes, end at their time, say when they were used, and are refused once withdrawn', async () => {
    let time = Date.now()
    hub = await startHub({ now: () => time })
    const expiresAt = new Date(time + dayMs).toISOString()
    const made = ApiKeyCreated.parse(
      (await hub.call('POST', 'api-keys', { name: 'short', scopes: ['read'], expiresAt })).body,
    )
    const database = ['hub.sqlite', 'hub.sqlite-wal'].map((it) => readFileSync(join(hub.dataDir, it)))
    for (const it of database) expect(it.includes(made.key)).toBe(false)
    const call = hub.callWith(made.key)
    expect((await call('GET', 'sites')).status).toBe(200)
    const listed = JSON.stringify((await hub.call('GET', 'api-keys')).body)
    expect(listed).toContain(new Date(time).toISOString())
    expect(listed).not.toContain(made.key)
    time += dayMs
    expect((await call('GET', 'sites')).status).toBe(401)
    const other = await hub.newKey(['read'])
    await hub.call('DELETE', `api-keys/${other.id}`)
    expect((await hub.callWith(other.key)('GET', 'sites')).status).toBe(401)
  })
})

describe('the audit log', () => {
  test('has a line for every change, and none can be changed or taken away', async () => {
    hub = await startHub()
    await hub.call('PUT', 'customers/north', { name: 'North' })
    await hub.call('PUT', 'sites/north-1', { name: 'One', customer: 'north' })
    await hub.call('PUT', 'sites/north-1/devices/cam-1', { kind: 'camera' })
    await hub.call('POST', 'sites/north-1/devices/bulk', { devices: ['cam-1'], enabled: false })
    await hub.call('POST', 'apply', { customers: [{ id: 'north', name: 'North ltd' }] })
    await hub.call('POST', 'apply?dryRun=true', { customers: [{ id: 'south', name: 'South' }] })
    await hub.call('DELETE', 'sites/north-1/devices/cam-1')
    await hub.call('DELETE', 'sites/north-1')
    await hub.call('DELETE', 'customers/north')
    await hub.call('PUT', 'company', { name: 'Ours', language: 'en', timezone: 'UTC' })
    const { items } = AuditList.parse((await hub.call('GET', 'audit?limit=9')).body)
    expect(items.map((it) => [it.action, it.target]).reverse()).toEqual([
      ['customer.create', 'north'],
      ['site.create', 'north-1'],
      ['device.put', 'cam-1'],
      ['device.disable', 'cam-1'],
      ['apply', 'north'],
      ['device.remove', 'cam-1'],
      ['site.remove', 'north-1'],
      ['customer.remove', 'north'],
      ['company.update', 'Ours'],
    ])
    const database = new DatabaseSync(join(hub.dataDir, 'hub.sqlite'))
    for (const change of ["update audit set who = 'x'", 'delete from audit'])
      expect(() => database.exec(change)).toThrow(/append-only/)
    database.close()
  })
})
