import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SetupState } from '@steward/shared/api'
import { Agent, request } from 'undici'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { buildApp, type Hub } from '../../hub/src/app.ts'
import { freePort } from './started-hub.ts'

let hub: Hub
let folder: string
let port: number
let dispatcher: Agent

const start = () => buildApp({ dataDir: folder, host: '127.0.0.1', port, names: ['localhost'] })

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'steward-setup-'))
  port = await freePort()
  hub = await start()
  dispatcher = new Agent({ connect: { ca: hub.ca ?? '' } })
})
afterEach(async () => {
  await dispatcher.destroy()
  await hub.stop()
  rmSync(folder, { recursive: true, force: true })
})

async function ask(method: 'GET' | 'POST', path: string, body?: object): Promise<{ status: number; body: unknown }> {
  const answer = await request(`${hub.url}/api/v1/${path}`, {
    method,
    dispatcher,
    headers: body === undefined ? {} : { 'content-type': 'application/json' },
    body: body === undefined ? null : JSON.stringify(body),
  })
  return { status: answer.statusCode, body: await answer.body.json() }
}

const setUp = (code: string | null, over: object = {}) =>
  ask('POST', 'setup', {
    code,
    company: 'Ours',
    language: 'en',
    timezone: 'Europe/Berlin',
    name: 'First',
    email: 'first@steward.example',
    password: 'correct horse battery',
    ...over,
  })
const needed = async () => SetupState.parse((await ask('GET', 'setup')).body).needed

test('the code on the console makes the first administrator, whoever is quicker, once', async () => {
  expect(await needed()).toBe(true)
  expect(hub.setupCode).toMatch(/^[A-Z2-9]{4}-[A-Z2-9]{4}-[A-Z2-9]{4}$/)
  const wrong = await setUp('AAAA-BBBB-CCCC')
  expect(wrong).toMatchObject({ status: 403, body: { detail: expect.stringContaining('on the console') } })
  const typed = hub.setupCode?.toLowerCase().replaceAll('-', ' ') ?? ''
  const both = await Promise.all([setUp(typed), setUp(hub.setupCode, { email: 'second@steward.example' })])
  expect(both.map((it) => it.status).sort()).toEqual([200, 409])
  expect(await needed()).toBe(false)
  expect((await setUp(hub.setupCode)).status).toBe(409)
})

test('a wrong form leaves it open, and a new start gives a new code until it is done', async () => {
  const code = hub.setupCode
  for (const over of [{ password: 'short' }, { email: 'nobody' }, { timezone: 'Mars/Base' }, { company: ' ' }])
    expect((await setUp(code, over)).status).toBe(400)
  expect(await needed()).toBe(true)
  await hub.stop()
  hub = await start()
  expect(hub.setupCode).not.toBe(code)
  expect((await setUp(code)).status).toBe(403)
  expect((await setUp(hub.setupCode)).status).toBe(200)
  await hub.stop()
  hub = await start()
  expect(hub.setupCode).toBeNull()
  expect(await needed()).toBe(false)
})

test('the code cannot be guessed: after ten wrong ones the right one is refused as well', async () => {
  const statuses: number[] = []
  for (let i = 0; i < 10; i += 1) statuses.push((await setUp(`AAAA-AAAA-AA${i}A`)).status)
  expect(new Set(statuses)).toEqual(new Set([403]))
  expect([403, 429]).toContain((await setUp(hub.setupCode)).status)
  expect(await needed()).toBe(true)
})
