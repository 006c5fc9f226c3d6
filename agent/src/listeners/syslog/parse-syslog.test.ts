import { DeviceMessage } from '@steward/shared/model'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createFraming, maxMessageBytes } from './framing.ts'
import { parseSyslog } from './parse-syslog.ts'
import { textOfBytes } from './text-of-bytes.ts'

describe('a message', () => {
  test.each([
    ['of RFC 5424', '<34>1 2003-10-11T22:14:15.003Z mymachine su - ID47 - \ufeffroot failed', 2, 'su', 'root failed'],
    ['without any of its fields', '<165>1 - - - - - -', 5, '', ''],
    ['of RFC 3164', '<34>Oct 11 22:14:15 mymachine su: root failed', 2, 'su', 'root failed'],
    ['with a process', '<13>Feb  5 17:32:18 10.0.0.99 sshd[4123]: closed', 5, 'sshd', 'closed'],
    [
      'of a switch that counts',
      '<189>29: *Mar  1 18:46:11: %SYS-5-CONFIG_I: Configured',
      5,
      'SYS-5-CONFIG_I',
      'Configured',
    ],
    ['with its year', '<190>Apr 12 2026 08:11:02 FW1 : %ASA-6-302013: Built', 6, 'ASA-6-302013', 'Built'],
    ['with an ISO time', '<14>2026-01-01T00:00:00+08:00 nvr-1 hdd: disk 2 failed', 6, 'hdd', 'disk 2 failed'],
    ['without time and host', '<4>dropbear[99]: Exit', 4, 'dropbear', 'Exit'],
    ['without a priority', 'something happened', null, '', 'something happened'],
    ['whose priority is none', '<999>text', null, '', '<999>text'],
  ])('%s', (_, line, urgency, name, text) => {
    expect(parseSyslog(line)).toMatchObject({ urgency, name, text })
  })

  test('its structured data and header are fields', () => {
    const { fields, text } = parseSyslog('<165>1 - cam-1 app 12 ID7 [a@1 x="1" y="q\\"\\]"][b] lost')
    const header = { facility: 'local4', host: 'cam-1', process: '12', message: 'ID7' }
    expect(fields).toEqual({ ...header, 'a@1.x': '1', 'a@1.y': 'q"]' })
    expect(text).toBe('lost')
  })

  test('whatever it is, what becomes of it fits the wire', () => {
    const words = fc.constantFrom(
      '<13>',
      '1 ',
      '- ',
      '[a b="',
      '"]',
      '%A-1-B: ',
      'x'.repeat(300),
      'Jan  1 00:00:00 ',
      ': ',
      '\u0000',
    )
    const line = fc.array(fc.oneof(words, fc.string({ unit: 'grapheme' })), { maxLength: 60 }).map((it) => it.join(''))
    fc.assert(
      fc.property(line, (it) => {
        const message = { protocol: 'syslog', count: 1, ...parseSyslog(it) }
        expect(DeviceMessage.parse(message)).toEqual(message)
      }),
    )
  })
})

test('text is UTF-8, or GBK where it is not', () => {
  expect(textOfBytes(Buffer.from('画面丢失'))).toBe('画面丢失')
  expect(textOfBytes(Buffer.from('bbadc3e6b6aacaa7', 'hex'))).toBe('画面丢失')
})

describe('framing', () => {
  const line = fc.string({ minLength: 1, maxLength: 200 }).map((it) => `<13>${it.replace(/[\r\n\0]/g, '')}`)
  const counted = (it: string) => `${Buffer.byteLength(it)} ${it}`

  test('finds the same messages however the stream is cut', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(line, fc.boolean()), { maxLength: 20 }),
        fc.infiniteStream(fc.integer({ min: 1, max: 50 })),
        (lines, cuts) => {
          const stream = Buffer.from(lines.map(([it, isCounted]) => (isCounted ? counted(it) : `${it}\n`)).join(''))
          const framing = createFraming()
          const found: string[] = []
          for (let at = 0; at < stream.length; ) {
            const length = cuts.next().value
            for (const it of framing.take(stream.subarray(at, at + length))) found.push(it.toString())
            at += length
          }
          expect(found).toEqual(lines.map(([it]) => it))
        },
      ),
    )
  })

  test('cuts what is too long, and goes on behind it', () => {
    const long = `<13>${'x'.repeat(3 * maxMessageBytes)}`
    for (const stream of [`${long}\n<13>next\n`, `${counted(long)}<13>next\n`]) {
      const framing = createFraming()
      const found = [...(stream.match(/[\s\S]{1,1000}/g) ?? [])].flatMap((it) => framing.take(Buffer.from(it)))
      expect(found.map((it) => it.length > maxMessageBytes)).toEqual([false, false])
      expect(found.at(-1)?.toString()).toBe('<13>next')
    }
  })
})
