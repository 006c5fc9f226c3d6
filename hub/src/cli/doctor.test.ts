import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer as createHttpServer } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ownCertificate } from '../http/index.ts'
import { checkClock, checkDataFolder, checkDisk, checkHub, checkNode, checkPort } from './doctor-checks.ts'

let folder: string
let ca: string
const servers: (ReturnType<typeof createHttpServer> | ReturnType<typeof createHttpsServer>)[] = []
let date: string | null = null
let status = 200
let url: string

async function listen(server: (typeof servers)[number]): Promise<number> {
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  return address !== null && typeof address === 'object' ? address.port : 0
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'steward-doctor-'))
  const certificate = await ownCertificate(folder, ['localhost', '127.0.0.1'], Date.now())
  ca = certificate.ca ?? ''
  const server = createHttpsServer({ key: certificate.key, cert: certificate.cert }, (_request, response) => {
    if (date !== null) response.setHeader('date', date)
    response.writeHead(status).end('ok')
  })
  url = `https://127.0.0.1:${await listen(server)}`
})

afterAll(() => {
  for (const it of servers) it.close()
  rmSync(folder, { recursive: true, force: true })
})

test('Node: older than 24 is a failure that says what to do', () => {
  expect(checkNode('24.0.0').state).toBe('ok')
  expect(checkNode('22.21.1')).toMatchObject({ state: 'fail', advice: { en: expect.stringContaining('pnpm@12') } })
})

test('the data folder: one that is to be made counts, a file in its way does not', async () => {
  expect((await checkDataFolder(folder)).state).toBe('ok')
  expect((await checkDataFolder(join(folder, 'a', 'b', 'c'))).state).toBe('ok')
  writeFileSync(join(folder, 'file'), '')
  expect((await checkDataFolder(join(folder, 'file', 'data'))).state).toBe('fail')
  expect((await checkDisk(join(folder, 'a', 'b'))).found.en).toMatch(/GiB free$/)
})

test('the port: free, or in use', async () => {
  const taken = await listen(createHttpServer())
  expect(await checkPort(taken, '127.0.0.1')).toMatchObject({ state: 'warn', found: { en: `${taken} is in use` } })
  expect((await checkPort(taken, '127.0.0.2')).state).toBe('ok')
})

test('the clock: an impossible year fails, an offset to the hub warns, then fails', async () => {
  const now = Date.UTC(2026, 5, 1)
  expect((await checkClock(0, null)).state).toBe('fail')
  expect((await checkClock(now, 6000)).state).toBe('warn')
  expect(await checkClock(now, -61_000)).toMatchObject({
    state: 'fail',
    found: { en: expect.stringContaining('61 s off') },
  })
})

test('the hub: trusted, not trusted, not well, not there, and how far its clock is ahead', async () => {
  expect((await checkHub(url, ca)).check.state).toBe('ok')
  const untrusted = await checkHub(url, null)
  expect(untrusted.check).toMatchObject({ state: 'fail', advice: { en: expect.stringContaining('--ca') } })
  date = new Date(Date.now() + 120_000).toUTCString()
  expect(Math.round(((await checkHub(url, ca)).offsetMs ?? 0) / 10_000)).toBe(12)
  status = 503
  expect((await checkHub(url, ca)).check).toMatchObject({
    state: 'fail',
    found: { en: expect.stringContaining('503') },
  })
  const nobody = await checkHub('https://127.0.0.1:1', null)
  expect(nobody.check).toMatchObject({ state: 'fail', found: { en: expect.stringContaining('ECONNREFUSED') } })
})
