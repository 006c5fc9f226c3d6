import { execFile } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect as connectTls } from 'node:tls'
import { promisify } from 'node:util'
import { type DeviceMessage, DeviceModel } from '@steward/shared/model'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { OpenProblem } from '../config/index.ts'
import type { DeviceSecret } from '../drivers/index.ts'
import { createListeners } from './listeners.ts'
import type { Way } from './wanted-ports.ts'

const run = promisify(execFile)
const here = '127.0.0.1'
const secret: DeviceSecret = {
  community: 'secret-word',
  authPassphrase: 'auth-pass-phrase',
  privPassphrase: 'priv-pass-phrase',
}
const v3 = { driver: 'snmp', version: 'v3', user: 'watcher', authProtocol: 'sha256', privProtocol: 'aes' }

let folder = ''
let end: () => Promise<void> = async () => undefined
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'steward-listeners-'))
})
afterEach(async () => {
  await end()
  rmSync(folder, { recursive: true, force: true })
})

async function listening(
  ways: readonly Way[],
  connections: readonly object[] = [{ driver: 'snmp' }, v3],
  address = here,
) {
  const messages: { device: string; message: DeviceMessage }[] = []
  const looks: string[] = []
  let problems: readonly OpenProblem[] = []
  const waiting = new Set<() => void>()
  const changed = () => {
    for (const it of waiting) it()
  }
  const listeners = createListeners({
    ...{ dataDir: folder, name: 'test', host: here, isAllowed: () => true, secretOf: () => secret },
    clock: { wallMs: () => 1_700_000_000_000, monotonicMs: () => performance.now() },
    record(records) {
      for (const it of records) if (it.type === 'message') messages.push(it)
      changed()
    },
    async look(device) {
      looks.push(device)
    },
    onProblems(list) {
      problems = list
      changed()
    },
  })
  end = () => listeners.stop()
  // Whichever is free: one that was so a moment ago may be taken.
  const portFor = (way: Way) => (ways.includes(way) ? 0 : null)
  const devices = [DeviceModel.parse({ id: 'switch-1', address, connections })]
  const syslog = { udpPort: portFor('syslog-udp'), tcpPort: portFor('syslog-tcp'), tlsPort: portFor('syslog-tls') }
  await listeners.apply({ ...(ways.includes('trap') ? { trap: { port: 0 } } : {}), syslog }, devices)
  const port = listeners.open()[0]?.port ?? 0
  const until = (isSo: () => boolean) =>
    new Promise<void>((resolve) => {
      const look = () => {
        if (!isSo()) return
        waiting.delete(look)
        resolve()
      }
      waiting.add(look)
      look()
    })
  return { listeners, devices, port, messages, looks, until, problems: () => problems }
}

const linkDown = ['', '1.3.6.1.6.3.1.1.5.3', '1.3.6.1.2.1.2.2.1.1.3', 'i', '3', '1.3.6.1.2.1.2.2.1.8.3', 'i', '2']
const asV3 = ['-v3', '-u', 'watcher', '-l', 'authPriv', '-a', 'SHA-256', '-A', 'auth-pass-phrase', '-x', 'AES', '-X']

describe('SNMP notifications', () => {
  test.each([
    ['of version 2c', 'snmptrap', ['-v2c', '-c', 'secret-word'], 'trap'],
    ['of version 2c, acknowledged', 'snmpinform', ['-v2c', '-c', 'secret-word'], 'inform'],
    ['of version 3', 'snmptrap', [...asV3, 'priv-pass-phrase', '-e', '0x8000000001020304'], 'trap'],
    ['of version 3, acknowledged', 'snmpinform', [...asV3, 'priv-pass-phrase'], 'inform'],
  ])('%s', async (_, program, as, protocol) => {
    const { port, messages, looks, until } = await listening(['trap'])
    await run(program, [...as, '-t', '5', '-r', '1', `${here}:${port}`, ...linkDown])
    await until(() => messages.length > 0)
    const fields = { 'ifIndex.3': '3', 'ifOperStatus.3': 'down' }
    expect(messages).toMatchObject([{ device: 'switch-1', message: { protocol, name: 'linkDown', fields, count: 1 } }])
    expect(looks).toEqual(['switch-1'])
  })

  test('of version 1, whose numbers become an OID', async () => {
    const { port, messages, until } = await listening(['trap'])
    const v1 = ['-v1', '-c', 'secret-word', `${here}:${port}`, '1.3.6.1.4.1.318', here]
    await run('snmptrap', [...v1, '6', '5', '55', '1.3.6.1.2.1.1.5.0', 's', 'ups-1'])
    await run('snmptrap', [...v1, '0', '0', '55'])
    await until(() => messages.length === 2)
    expect(messages.map((it) => it.message.name)).toEqual(['1.3.6.1.4.1.318.0.5', 'coldStart'])
    expect(messages[0]?.message.fields).toEqual({ sysName: 'ups-1' })
  })

  test.each([
    ['another community', ['-v2c', '-c', 'public'], /community/],
    [
      'another pass phrase',
      [...asV3.map((it) => (it.startsWith('auth-') ? 'not-the-phrase' : it)), 'x-pass-phrase'],
      /pass phrase/,
    ],
    ['less security', ['-v3', '-u', 'watcher', '-l', 'noAuthNoPriv'], /pass phrase/],
    ['another user', ['-v3', '-u', 'nobody', '-l', 'noAuthNoPriv'], /user/],
  ])('with %s are refused, and a person is told', async (_, as, why) => {
    const { port, messages, problems, until } = await listening(['trap'])
    const engine = as.includes('-v3') ? ['-e', '0x8000000001020304'] : []
    await run('snmptrap', [...as, ...engine, `${here}:${port}`, ...linkDown])
    await until(() => problems().length > 0)
    expect(problems()).toMatchObject([
      { code: 'listener/refused', device: 'switch-1', message: expect.stringMatching(why) },
    ])
    expect(messages).toEqual([])
  })

  test('of a stranger are not read, and a person is told', async () => {
    const { port, messages, problems, until } = await listening(['trap'], [{ driver: 'snmp' }], '127.0.0.9')
    await run('snmptrap', ['-v2c', '-c', 'secret-word', `${here}:${port}`, ...linkDown])
    await until(() => problems().length > 0)
    expect(problems()).toMatchObject([{ code: 'listener/stranger', message: expect.stringContaining(here) }])
    expect(messages).toEqual([])
  })
})

describe('syslog', () => {
  const line = '<165>1 2026-01-01T00:00:00Z cam-1 encoder 12 ID7 [a@1 x="1"] picture lost'

  test('as a datagram', async () => {
    const { port, messages, looks, until } = await listening(['syslog-udp'])
    const socket = createSocket('udp4')
    socket.send(line, port, here)
    await until(() => messages.length > 0)
    socket.close()
    expect(messages[0]?.message).toMatchObject({ name: 'encoder', urgency: 5, text: 'picture lost' })
    expect(looks).toEqual(['switch-1'])
  })

  test('as a stream, counted and by line, in pieces', async () => {
    const { port, messages, until } = await listening(['syslog-tcp'])
    const socket = connect(port, here)
    const all = `${line.length} ${line}<13>Jan  1 00:00:00 cam-1 app[7]: two\n<13>app: three\n`
    for (const sign of all) socket.write(sign)
    await until(() => messages.length === 3)
    socket.destroy()
    expect(messages.map((it) => it.message.text)).toEqual(['picture lost', 'two', 'three'])
  })

  test('over TLS, with a certificate of its own', async () => {
    const { port, messages, until } = await listening(['syslog-tls'])
    const socket = connectTls({ port, host: here, rejectUnauthorized: false })
    socket.write(`${line.length} ${line}`)
    await until(() => messages.length === 1)
    socket.destroy()
    expect(messages[0]?.message.fields).toMatchObject({ host: 'cam-1', 'a@1.x': '1' })
  })

  test('repeats are counted and told at the end', async () => {
    const { listeners, port, messages, until } = await listening(['syslog-tcp'])
    const socket = connect(port, here)
    socket.write(`${'<13>app: again\n'.repeat(1000)}<13>app: last\n`)
    await until(() => messages.length === 2)
    socket.destroy()
    await listeners.stop()
    expect(messages.map((it) => [it.message.text, it.message.count])).toEqual([
      ['again', 1],
      ['last', 1],
      ['again', 999],
    ])
  })
})

describe('ports', () => {
  test('are closed when the settings no longer name them', async () => {
    const { listeners, devices } = await listening(['trap', 'syslog-tcp'])
    expect(listeners.open().map((it) => it.way)).toEqual(['trap', 'syslog-tcp'])
    await listeners.apply(undefined, devices)
    expect(listeners.open()).toEqual([])
  })

  test('one that another program has is said, and the rest works', async () => {
    const taken = createSocket('udp4').bind(0, here)
    await once(taken, 'listening')
    const { listeners, devices, problems } = await listening([])
    const syslog = { udpPort: null, tcpPort: taken.address().port, tlsPort: null }
    await listeners.apply({ trap: { port: taken.address().port }, syslog }, devices)
    expect(problems()).toMatchObject([{ code: 'listener/port', message: expect.stringMatching(/another program/) }])
    expect(listeners.open().map((it) => it.way)).toEqual(['syslog-tcp'])
    taken.close()
  })
})
