import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { request } from 'undici'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { z } from 'zod'
import { type Building, startBuilding } from '../simulators/index.ts'
import { until } from '../until.ts'
import { type Child, startChild } from './children.ts'
import { main } from './cli.ts'
import { askControl, startControl } from './control.ts'
import { nearest } from './nearest.ts'

const folder = mkdtempSync(join(tmpdir(), 'steward-demo-parts-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const isRunning = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}

/** Exit status and what was said, of one command line in this process. */
async function type(...words: string[]): Promise<{ status: number; said: string }> {
  const said: string[] = []
  const hear = (text: unknown): boolean => {
    said.push(String(text))
    return true
  }
  const spies = [
    vi.spyOn(console, 'error').mockImplementation(hear),
    vi.spyOn(process.stderr, 'write').mockImplementation(hear),
  ]
  try {
    return { status: await main(['demo', ...words]), said: said.join('').trim() }
  } finally {
    for (const spy of spies) spy.mockRestore()
  }
}

describe('bad input', () => {
  test.each([
    [['--prt', '1'], 2, '--port'],
    [['--port', '99999'], 2, '1 to 65535'],
    [['--restart-after', 'soon'], 2, 'Seconds'],
    [['break'], 2, 'device'],
    [['break', 'cam-07', '--mode', 'burn'], 2, 'power, hang, slow, flap, auth'],
    [['heal', 'cam-07', '--data', join(folder, 'nothing')], 1, 'npx -y pnpm@12 demo'],
    [['--data', join(import.meta.filename, 'x')], 1, '--data'],
  ])('%j ends with %i and says what to do', async (words, status, part) => {
    const answer = await type(...words)
    expect(answer.status).toBe(status)
    expect(answer.said).toContain(part)
    expect(answer.said.split('\n').length).toBeLessThanOrEqual(2)
  })

  test.skipIf(process.platform !== 'linux')('a folder that can never be made is said at once', async () => {
    expect(await type('--data', '/proc/steward-demo')).toMatchObject({ status: 1 })
  })

  test('a port in use is said before anything is started', async () => {
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    const at = server.address()
    const port = at !== null && typeof at === 'object' ? at.port : 0
    const answer = await type('--port', String(port), '--data', join(folder, 'taken'))
    server.close()
    expect(answer).toEqual({ status: 1, said: `Port ${port} is in use; choose another with --port.` })
  })
})

test('the nearest names come first', () => {
  const names = ['core-1', 'core-2', 'cam-01', 'cam-07', 'cam-17', 'door-1', 'nvr-1', 'ups-1']
  expect(nearest('cam7', names)[0]).toBe('cam-07')
  expect(nearest('CORE1', names)[0]).toBe('core-1')
  expect(nearest('cam-99', names)).toHaveLength(6)
})

describe('breaking and healing from a second shell', () => {
  let building: Building
  let control: Awaited<ReturnType<typeof startControl>>
  beforeAll(async () => {
    building = await startBuilding({ net: 34 })
    control = await startControl(folder, building)
  })
  afterAll(async () => {
    control.close()
    await building.close()
  })

  test('does it, and says how to mend it', async () => {
    expect(await askControl(folder, { do: 'break', device: 'cam-07', mode: 'hang' })).toContain('demo:heal cam-07')
    expect([...building.broken()]).toEqual([['cam-07', 'hang']])
    expect(await askControl(folder, { do: 'heal', device: 'cam-07' })).toContain('mended')
    expect(await askControl(folder, { do: 'heal', device: 'cam-07' })).toContain('not broken')
    expect([...building.broken()]).toEqual([])
  })

  test('an unknown device is refused with those that may be meant', async () => {
    await expect(askControl(folder, { do: 'break', device: 'cam7', mode: 'power' })).rejects.toThrow(/"cam7".*cam-07/)
  })

  test('a second demo does not take the folder of one that runs', async () => {
    const answer = await type('--data', folder, '--port', '18999')
    expect(answer).toMatchObject({ status: 1, said: expect.stringContaining('A demo runs with the data folder') })
    expect(existsSync(join(folder, 'control.json'))).toBe(true)
  })

  test('its file is for its user alone; without its secret, or with garbage, nothing happens', async () => {
    const file = join(folder, 'control.json')
    expect(statSync(file).mode & 0o777).toBe(0o600)
    const { port, secret } = z
      .object({ port: z.int(), secret: z.string() })
      .parse(JSON.parse(readFileSync(file, 'utf8')))
    const post = async (authorization: string, body: string) => {
      const answer = await request(`http://127.0.0.1:${port}/`, { method: 'POST', headers: { authorization }, body })
      return { status: answer.statusCode, text: await answer.body.text() }
    }
    const order = JSON.stringify({ do: 'break', device: 'cam-07', mode: 'power' })
    expect((await post('Bearer no', order)).status).toBe(401)
    for (const body of ['{', '[]', 'x'.repeat(10_000)])
      expect(await post(`Bearer ${secret}`, body)).toMatchObject({
        status: 200,
        text: expect.stringContaining('no command'),
      })
    expect([...building.broken()]).toEqual([])
  })
})

describe('children', () => {
  /** As hub and agent do with STEWARD_EXIT_WITH_PARENT=1. */
  const program = join(folder, 'child.mjs')
  const parent = join(folder, 'parent.ts')
  const children = join(import.meta.dirname, 'children.ts')
  beforeAll(() => {
    mkdirSync(folder, { recursive: true })
    writeFileSync(
      program,
      "process.stdin.on('end', () => process.exit(0)).resume(); process.on('SIGTERM', () => process.exit(0)); console.log('up')",
    )
    writeFileSync(
      parent,
      `const { startChild } = await import(${JSON.stringify(children)})
       const child = startChild({ root: '.', program: process.argv[2], args: [], logFile: process.argv[3], restartAfterMs: 1e6, restarted() {} })
       console.log(child.pid())`,
    )
  })

  const startOne = (restarted: () => void): Child =>
    startChild({ root: folder, program, args: [], logFile: join(folder, 'log'), restartAfterMs: 20, restarted })
  const isUp = (child: Child) => until('the child to be up', () => child.said().includes('up'), { withinMs: 10_000 })

  test('one that is killed comes back, one that is stopped does not', async () => {
    let restarts = 0
    const child = startOne(() => {
      restarts += 1
    })
    await isUp(child)
    const first = child.pid()
    process.kill(first, 'SIGKILL')
    await until('it to come back', () => restarts === 1 && child.pid() !== first, { withinMs: 10_000 })
    await isUp(child)
    const second = child.pid()
    await child.stop()
    expect([isRunning(first), isRunning(second), restarts]).toEqual([false, false, 1])
  })

  test('they end when the one who started them is killed', async () => {
    const starter = spawn(process.execPath, [parent, program, join(folder, 'log')], {
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    const [data] = await once(starter.stdout, 'data')
    const pid = Number(String(data))
    expect(isRunning(pid)).toBe(true)
    starter.kill('SIGKILL')
    await until('the child to end', () => !isRunning(pid), { withinMs: 10_000 })
  })
})

test.skipIf(process.platform !== 'linux')('the demo is told when the shell above it is gone', async () => {
  const script = join(folder, 'watch.ts')
  writeFileSync(
    script,
    `const { watchForEnd } = await import(${JSON.stringify(join(import.meta.dirname, 'ending.ts'))})
     const ending = watchForEnd()
     console.log(process.pid)
     await ending.ended
     ending.close()`,
  )
  const shell = spawn('/bin/sh', ['-c', `"${process.execPath}" "${script}"; true`], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const [data] = await once(shell.stdout, 'data')
  const pid = Number(String(data))
  shell.kill('SIGKILL')
  await until('it to end', () => !isRunning(pid), { withinMs: 10_000 })
})
