import ipaddr from 'ipaddr.js'

/** Where the agent may dial, as set by a person at this machine. */
export type SitePolicy = { allow: readonly string[]; allowLoopback: boolean }

export type NetworkGate = {
  /** Why this address is never dialled, as a half sentence; null when it may be. */
  refusalOf(address: string): string | null
}

type Address = ReturnType<typeof ipaddr.parse>

const neverDialled: Readonly<Record<string, string>> = {
  unspecified: 'it is the unspecified address',
  broadcast: 'it is a broadcast address',
  multicast: 'it is a multicast address',
  linkLocal: 'it is a link-local address',
  ipv4Mapped: 'it is an IPv4 address in IPv6 clothes',
}

/**
 * Lets through literal addresses inside the allowed networks. Never: the machine's own addresses in any form, loopback
 * (but for the local flag), link-local, multicast, broadcast, and IPv6 forms that carry an IPv4 address.
 */
export function makeNetworkGate(policy: SitePolicy, own: () => readonly string[]): NetworkGate {
  const networks = policy.allow.map((it) => ipaddr.parseCIDR(it))
  const isInside = (address: Address) =>
    networks.some(([network, bits]) => network.kind() === address.kind() && address.match(network, bits))
  return {
    refusalOf(text) {
      if (!ipaddr.isValid(text)) return 'it is not a literal IP address'
      const address = ipaddr.parse(text)
      const refused = refusalOfRange(address, policy.allowLoopback)
      if (refused !== null) return refused
      if (!isInside(address)) return 'it is outside the networks that were allowed at this agent'
      const isOwn = address.range() !== 'loopback' && own().some((it) => isSame(address, it))
      return isOwn ? "it is this machine's own address" : null
    },
  }
}

/** One way of writing an address (RFC 5952 for IPv6), so that two can be compared; other text stays as it is. */
export function canonicalAddress(text: string): string {
  return ipaddr.isValid(text) ? ipaddr.parse(text).toString() : text
}

function refusalOfRange(address: Address, allowLoopback: boolean): string | null {
  const range = address.range()
  if (range === 'loopback') return allowLoopback ? null : 'it is a loopback address'
  const refused = neverDialled[range]
  if (refused !== undefined) return refused
  if (address.kind() === 'ipv4') return null
  // Only global unicast (2000::/3) and unique local (fc00::/7); 6to4, Teredo and NAT64 carry IPv4 addresses inside.
  const first = address.toByteArray()[0] ?? 0
  const isPlain = (range === 'unicast' && first >> 5 === 1) || range === 'uniqueLocal'
  return isPlain ? null : 'it is a special IPv6 address'
}

function isSame(address: Address, text: string): boolean {
  return canonicalAddress(text) === address.toString()
}
