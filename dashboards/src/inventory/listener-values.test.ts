import { Listeners } from '@steward/shared/model'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { listenersOf, listenerValues } from './listener-values.ts'

const port = fc.oneof(fc.constant<''>(''), fc.integer({ min: 1024, max: 65_535 }))

test('what is typed is what is configured, and the reverse', () => {
  fc.assert(
    fc.property(port, port, port, port, (trapPort, syslogUdp, syslogTcp, syslogTls) => {
      const typed = { trapPort, syslogUdp, syslogTcp, syslogTls }
      const listeners = listenersOf(typed)
      expect(listenerValues(listeners)).toEqual(typed)
      if (listeners !== undefined) expect(Listeners.parse(listeners)).toEqual(listeners)
    }),
  )
  expect(listenersOf({ trapPort: '', syslogUdp: '', syslogTcp: '', syslogTls: '' })).toBeUndefined()
})
