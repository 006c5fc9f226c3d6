import type { ConnectionOf } from '@steward/shared/model'
import type { Target } from '../contract.ts'
import type { SnmpTarget } from './engine/index.ts'

/** What a target without a community of its own is asked with: the word that most devices come with. */
const customaryCommunity = 'public'

/**
 * Whom to ask and as whom. Version 3 without a secret asks without authentication (RFC 3414, noAuthNoPriv), which tells
 * whether the target is there.
 */
export function snmpTargetOf({ address, connection, secret }: Target<ConnectionOf<'snmp'>>): SnmpTarget {
  const { port, context } = connection
  if (connection.version !== 'v3')
    return { address, port, version: connection.version, community: secret?.community ?? customaryCommunity }
  const name = connection.user ?? secret?.user ?? ''
  const auth = secret?.authPassphrase
  const priv = secret?.privPassphrase
  return {
    address,
    port,
    version: 'v3',
    context,
    user: {
      name,
      ...(auth === undefined ? {} : { auth: { protocol: connection.authProtocol, passphrase: auth } }),
      ...(auth === undefined || priv === undefined
        ? {}
        : { priv: { protocol: connection.privProtocol, passphrase: priv } }),
    },
  }
}
