import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { bundleAgent } from './index.ts'

const run = promisify(execFile)
let folder = ''
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'steward-bundle-'))
  await bundleAgent(folder)
}, 60_000)
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Run where there is no checkout to find anything in. */
const node = (...args: string[]) => run(process.execPath, args, { cwd: folder })

test('the agent starts out of its folder alone', async () => {
  expect((await node('steward.mjs', '--help')).stdout).toContain('Commands:')
})

test.each([
  [
    'serial lines',
    `const { SerialPort } = await import('serialport'); console.log(Array.isArray(await SerialPort.list()))`,
  ],
  ['pictures', `const { default: sharp } = await import('sharp'); console.log(sharp.versions.vips !== undefined)`],
])('finds its library for %s', async (_, script) => {
  expect((await node('--input-type=module', '--eval', script)).stdout.trim()).toBe('true')
})
