import type { Listeners } from '@steward/shared/model'

/** Ports as they are typed; empty: closed. */
export type ListenerValues = {
  trapPort: number | ''
  syslogUdp: number | ''
  syslogTcp: number | ''
  syslogTls: number | ''
}

export const usualPort = { trapPort: 10_162, syslogUdp: 10_514, syslogTcp: 10_514, syslogTls: 16_514 } as const
export const portNames = ['trapPort', 'syslogUdp', 'syslogTcp', 'syslogTls'] as const

export function listenerValues(listeners: Listeners | undefined): ListenerValues {
  const { trap, syslog } = listeners ?? {}
  return {
    trapPort: trap?.port ?? '',
    syslogUdp: syslog?.udpPort ?? '',
    syslogTcp: syslog?.tcpPort ?? '',
    syslogTls: syslog?.tlsPort ?? '',
  }
}

/** Undefined where nothing is to be listened to. */
export function listenersOf({ trapPort, syslogUdp, syslogTcp, syslogTls }: ListenerValues): Listeners | undefined {
  const orClosed = (port: number | ''): number | null => (port === '' ? null : port)
  const syslog = { udpPort: orClosed(syslogUdp), tcpPort: orClosed(syslogTcp), tlsPort: orClosed(syslogTls) }
  const hasSyslog = Object.values(syslog).some((it) => it !== null)
  if (trapPort === '' && !hasSyslog) return undefined
  return { ...(trapPort === '' ? {} : { trap: { port: trapPort } }), ...(hasSyslog ? { syslog } : {}) }
}
