import { spawnSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { alivesOf } from './icmp.ts'

const never = new AbortController().signal
const isInstalled = spawnSync('fping', ['-v']).status === 0

test('where the program is not installed nobody is found by it', async () => {
  expect(await alivesOf('no-such-program', ['127.0.0.1'], 100, never)).toBeNull()
})

test.runIf(isInstalled)('says who answers', async () => {
  expect(await alivesOf('fping', ['127.0.0.1', '127.1.2.3'], 100, never)).toEqual(['127.0.0.1', '127.1.2.3'])
})

test('ends with the signal', async () => {
  expect(await alivesOf('fping', ['127.0.0.1'], 100, AbortSignal.abort())).toBeNull()
})
