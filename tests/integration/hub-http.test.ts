import { X509Certificate } from 'node:crypto'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect, type DetailedPeerCertificate } from 'node:tls'
import { fingerprintOf, ownCertificate, readCertificate } from '@steward/hub/http'
import { Problem } from '@steward/shared/errors'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { type Ask, asking } from './hub-requests.ts'
import { type StartedHub, startHub } from './started-hub.ts'

const dayMs = 86_400_000

let hub: StartedHub
let folder: string
let anybody: Ask
let admin: Ask

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'steward-http-'))
  const web = join(folder, 'web')
  mkdirSync(join(web, 'assets'), { recursive: true })
  writeFileSync(join(web, 'index.html'), '<!doctype html><title>Start page</title>')
  writeFileSync(join(web, 'assets', 'app-4f3a.js'), `console.log(${JSON.stringify('x'.repeat(5000))})`)
  writeFileSync(join(folder, 'secret.txt'), 'secret')
  hub = await startHub({ webApp: web, version: '1.2.3' })
  anybody = asking(hub)
  admin = asking(hub, { authorization: `Bearer ${hub.apiKey}` })
})
afterAll(async () => {
  await hub.stop()
  rmSync(folder, { recursive: true, force: true })
})

describe('what cannot be taken is a problem document', () => {
  test('with one clear line that names the field', async () => {
    const cases: [Parameters<Ask>, number, string, RegExp][] = [
      [['POST', '/api/v1/apply', '{"sites": [', {}], 400, 'input/invalid', /JSON/],
      [['POST', '/api/v1/apply', { sites: 'no' }], 400, 'input/invalid', /^sites: .*array/],
      [['PUT', '/api/v1/sites/x', { customer: 'y' }], 400, 'input/invalid', /^name: /],
      [['PUT', '/api/v1/sites/Not%20a%20slug', {}], 400, 'input/invalid', /^id: lower-case letters/],
      [['PUT', '/api/v1/company', {}], 400, 'input/invalid', /^name: .* \(and 2 more\)$/],
      [['PUT', '/api/v1/company', 'a=b', { 'content-type': 'text/html' }], 415, 'input/invalid', /Media Type/i],
      [['POST', '/api/v1/setup', { code: 'x'.repeat(3_000_000) }], 413, 'input/too-large', /larger than allowed/],
      [['GET', '/api/v1/nothing'], 404, 'input/not-found', /^There is no GET \/api\/v1\/nothing\.$/],
      [['DELETE', '/api/v1/sites'], 404, 'input/not-found', /^There is no DELETE \/api\/v1\/sites\.$/],
      [['GET', '/api/auth/admin/list-users'], 404, 'input/not-found', /no GET/],
      [['POST', '/api/auth/sign-up/email', {}], 404, 'input/not-found', /no POST/],
      [['GET', '/api/v1/sites?next=%00'], 200, '', /^$/],
    ]
    for (const [request, status, code, line] of cases) {
      const answer = await admin(...request)
      expect({ request: request.slice(0, 2), status: answer.status, text: answer.text.slice(0, 300) }).toMatchObject({
        status,
      })
      if (status === 200) continue
      expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/)
      const problem = Problem.parse(JSON.parse(answer.text))
      expect(problem).toMatchObject({ status, code, detail: expect.stringMatching(line) })
      expect(problem.detail).not.toMatch(/\n|node_modules|\.ts:/)
    }
  })

  test('a body is not read for somebody who may not send it', async () => {
    const refused = await anybody('POST', '/api/v1/apply', '{"broken')
    expect(refused.status).toBe(401)
  })
})

describe('the document of the API', () => {
  test('is OpenAPI 3.1 and says of every route what it does, for whom, and how it fails', async () => {
    const answer = await anybody('GET', '/api/openapi.json')
    const Operation = z.object({
      summary: z.string().min(3),
      description: z.string().min(3),
      tags: z.array(z.string()).length(1),
      security: z.array(z.unknown()).optional(),
      responses: z.record(z.string(), z.object({ description: z.string() })),
    })
    const document = z
      .object({
        openapi: z.literal('3.1.0'),
        info: z.object({ version: z.literal('1.2.3') }),
        paths: z.record(z.string(), z.record(z.string(), Operation)),
        components: z.object({ schemas: z.object({ Problem: z.object({ required: z.array(z.string()) }) }) }),
      })
      .parse(JSON.parse(answer.text))
    expect(document.components.schemas.Problem.required).toContain('detail')
    for (const [path, methods] of Object.entries(document.paths))
      for (const operation of Object.values(methods)) {
        expect({ path, ...operation.responses }).toMatchObject({ default: {} })
        const open = /^For everybody\.$/.test(operation.description)
        expect({ path, open: operation.security?.length === 0 }).toEqual({ path, open })
      }
  })
})

describe('for machines that watch', () => {
  test('health, readiness and figures are for everybody and tell nothing of anybody', async () => {
    expect(await anybody('GET', '/healthz')).toMatchObject({ status: 200, text: 'ok\n' })
    expect(await anybody('GET', '/readyz')).toMatchObject({ status: 200, text: 'ok\n' })
    const { status, text, headers } = await anybody('GET', '/metrics')
    expect([status, headers['content-type']]).toEqual([200, expect.stringMatching(/^text\/plain; version=0\.0\.4/)])
    const line = /^(# (HELP|TYPE) steward_[a-z0-9_]+ .+|steward_[a-z0-9_]+(\{[^}]*\})? -?[0-9.e+-]+)$/
    for (const it of text.trimEnd().split('\n')) expect(it).toMatch(line)
    expect(text).toMatch(/^steward_resident_bytes [1-9]\d{7,}$/m)
  })
})

describe('the web app', () => {
  test('is given with its start page for every address of its own, and nothing beside its folder', async () => {
    for (const path of ['/', '/sites/tower-a', '/devices/tower-a:cam-07?tab=points']) {
      const page = await anybody('GET', path)
      expect({ path, status: page.status, text: page.text }).toMatchObject({
        status: 200,
        text: expect.stringContaining('Start page'),
      })
      expect(page.headers['cache-control']).toBe('no-cache')
    }
    const script = await anybody('GET', '/assets/app-4f3a.js', undefined, { 'accept-encoding': 'gzip' })
    expect(script.headers['cache-control']).toBe('public, max-age=31536000, immutable')
    expect(script.headers['content-encoding']).toBe('gzip')
    expect((await anybody('GET', '/assets/app-old.js')).status).toBe(404)
    for (const path of ['/../secret.txt', '/%2e%2e/secret.txt', '/assets/..%2f..%2fsecret.txt', '//secret.txt'])
      expect((await anybody('GET', path)).text).not.toBe('secret')
  })

  test('comes with headers that leave nothing to others', async () => {
    const { headers } = await anybody('GET', '/')
    const policy = String(headers['content-security-policy'])
    expect(policy).toContain("default-src 'none'")
    expect(policy).toContain("script-src 'self'")
    expect(policy).toContain("frame-ancestors 'none'")
    expect(policy).not.toMatch(/unsafe-eval|script-src[^;]*unsafe-inline|\*/)
    expect(headers).toMatchObject({
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
    })
    expect(headers['x-powered-by']).toBeUndefined()
  })

  test('that is not built says how to build it, and the API works all the same', async () => {
    const bare = await startHub({ webApp: join(folder, 'nothing') })
    try {
      const page = await asking(bare)('GET', '/')
      expect([page.status, page.text]).toEqual([503, expect.stringContaining('pnpm build')])
      expect((await bare.call('GET', 'sites')).status).toBe(200)
    } finally {
      await bare.stop()
    }
  })
})

/** The chain that a server sends, leaf first. */
function chainOf(url: string, ca: string): Promise<DetailedPeerCertificate> {
  const { hostname, port } = new URL(url)
  return new Promise((resolve, reject) => {
    const socket = connect({ host: hostname, port: Number(port), servername: hostname, ca }, () => {
      resolve(socket.getPeerCertificate(true))
      socket.destroy()
    })
    socket.on('error', reject)
  })
}

describe('the own certificate', () => {
  test('is sent with its authority, whose fingerprint agents pin; keys are for the owner alone', async () => {
    const leaf = await chainOf(hub.url, hub.ca)
    expect(leaf.subjectaltname).toContain('DNS:localhost')
    const authority = new X509Certificate(hub.ca)
    expect(leaf.issuerCertificate.fingerprint256).toBe(authority.fingerprint256)
    expect(fingerprintOf(hub.ca)).toBe(authority.fingerprint256.replaceAll(':', '').toLowerCase())
    for (const file of ['ca-key.pem', 'server-key.pem', 'session-secret'])
      expect(statSync(join(hub.dataDir, file)).mode & 0o777).toBe(0o600)
  })

  test('is kept while it is good, and made anew for other names or near its end, by the same authority', async () => {
    const dir = mkdtempSync(join(folder, 'own-'))
    const now = Date.now()
    const first = await ownCertificate(dir, ['a.example', '10.0.0.1'], now)
    expect(await ownCertificate(dir, ['a.example'], now + 300 * dayMs)).toEqual(first)
    const named = await ownCertificate(dir, ['a.example', 'b.example'], now)
    expect(new X509Certificate(named.cert).subjectAltName).toBe('DNS:a.example, DNS:b.example')
    const later = await ownCertificate(dir, ['a.example'], now + 368 * dayMs)
    expect(later.cert).not.toBe(named.cert)
    expect([named.ca, later.ca]).toEqual([first.ca, first.ca])
    const leaf = new X509Certificate(later.cert)
    expect(leaf.checkIssued(new X509Certificate(later.ca ?? ''))).toBe(true)
    expect(leaf.validToDate.getTime() - leaf.validFromDate.getTime()).toBeLessThanOrEqual(398 * dayMs)
    expect(leaf.ca).toBe(false)
  })

  test('is made anew where it was damaged; an authority that was damaged or lost is never replaced by itself', async () => {
    const dir = mkdtempSync(join(folder, 'broken-'))
    const now = Date.now()
    const first = await ownCertificate(dir, ['a.example'], now)
    for (const file of ['server.pem', 'server-key.pem']) {
      writeFileSync(join(dir, file), 'damaged')
      const again = await ownCertificate(dir, ['a.example'], now)
      expect(again.ca).toBe(first.ca)
      expect(new X509Certificate(again.cert).verify(new X509Certificate(hub.ca).publicKey)).toBe(false)
      expect(new X509Certificate(again.cert).verify(new X509Certificate(first.ca ?? '').publicKey)).toBe(true)
    }
    rmSync(join(dir, 'ca-key.pem'))
    await expect(ownCertificate(dir, ['a.example'], now)).rejects.toThrow(/bring both back from a backup/)
    writeFileSync(join(dir, 'ca-key.pem'), 'damaged')
    await expect(ownCertificate(dir, ['a.example'], now)).rejects.toThrow(/bring both back from a backup/)
  })

  test('a given one is checked before it is used', async () => {
    const dir = mkdtempSync(join(folder, 'given-'))
    const now = Date.now()
    const made = await ownCertificate(dir, ['given.example'], now)
    const files = { cert: join(dir, 'server.pem'), key: join(dir, 'server-key.pem') }
    expect(readCertificate(files, now).ca).toBeNull()
    expect(made.cert).toContain(readFileSync(files.cert, 'utf8').trim())
    const wrong: [typeof files, number, RegExp][] = [
      [{ ...files, key: join(dir, 'ca-key.pem') }, now, /is not that of the certificate/],
      [{ ...files, cert: files.key }, now, /holds no certificate/],
      [{ ...files, key: files.cert }, now, /holds no private key/],
      [{ ...files, cert: join(dir, 'none.pem') }, now, /cannot be read/],
      [files, now + 398 * dayMs, /ended on .*; renew it/],
    ]
    for (const [it, at, line] of wrong) expect(() => readCertificate(it, at)).toThrow(line)
  })
})
