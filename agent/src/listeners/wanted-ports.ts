import type { Listeners } from '@steward/shared/model'

export type Way = 'trap' | 'syslog-udp' | 'syslog-tcp' | 'syslog-tls'
export type WantedPort = { way: Way; port: number }

/** What is to be listened to by a site's settings; nothing where they do not say so. */
export function wantedPorts(settings: Listeners | undefined): WantedPort[] {
  const { trap, syslog } = settings ?? {}
  const all: { way: Way; port: number | null | undefined }[] = [
    { way: 'trap', port: trap?.port },
    { way: 'syslog-udp', port: syslog?.udpPort },
    { way: 'syslog-tcp', port: syslog?.tcpPort },
    { way: 'syslog-tls', port: syslog?.tlsPort },
  ]
  return all.flatMap(({ way, port }) => (typeof port === 'number' ? [{ way, port }] : []))
}
