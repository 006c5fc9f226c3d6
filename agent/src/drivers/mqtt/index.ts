/** MQTT: what devices publish at a broker; one connection for all that use it with the same login. */
import { createHash } from 'node:crypto'
import type { Driver } from '../contract.ts'
import { createLink, type Link } from './link.ts'
import { openMqttSession } from './session.ts'

export function createMqttDriver(): Driver<'mqtt'> {
  const links = new Map<string, { link: Link; users: number }>()
  return {
    name: 'mqtt',
    needsSecret: () => false,
    open({ address, connection, secret }) {
      const { port, tls, version, ca, serverName } = connection
      const broker = { address, port, tls, version, ca, serverName }
      const isNamed = secret?.user !== undefined || secret?.password !== undefined
      const login = isNamed ? { user: secret?.user ?? '', password: secret?.password ?? '' } : null
      // As a digest: a password is not lying about as the key of a map.
      const key = createHash('sha256')
        .update(JSON.stringify([broker, login]))
        .digest('hex')
      const shared = links.get(key) ?? { link: createLink(broker, login), users: 0 }
      links.set(key, shared)
      shared.users += 1
      let isOpen = true
      return openMqttSession(connection, shared.link, () => {
        if (!isOpen) return
        isOpen = false
        shared.users -= 1
        if (shared.users > 0) return
        shared.link.close()
        if (links.get(key) === shared) links.delete(key)
      })
    },
    close() {
      for (const { link } of links.values()) link.close()
      links.clear()
    },
  }
}
