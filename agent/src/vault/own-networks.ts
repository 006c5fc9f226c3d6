import { networkInterfaces } from 'node:os'
import ipaddr from 'ipaddr.js'

const refreshMs = 5000
let known: { atMs: number; addresses: readonly string[] } | null = null

/** This machine's own addresses now; asked of the system at most every 5 s. */
export function ownAddresses(): readonly string[] {
  const atMs = performance.now()
  if (known === null || atMs - known.atMs > refreshMs) {
    const addresses = Object.values(networkInterfaces()).flatMap((it) => it ?? [])
    // A zone (fe80::1%eth0) names the interface, not another address.
    known = { atMs, addresses: addresses.map((it) => it.address.replace(/%.*$/, '')) }
  }
  return known.addresses
}

/** Interfaces of containers and virtual machines: they are on this machine, not on its LAN. */
const virtual = /^(docker|br-|veth|virbr|cni|flannel|cali|lxc|podman)/

/** The private networks that this machine is in, as CIDR: what it may dial when nothing else is said at enrolment. */
export function lanNetworks(interfaces = networkInterfaces()): string[] {
  const cidrs = Object.entries(interfaces)
    .filter(([name]) => !virtual.test(name))
    .flatMap(([, addresses]) => addresses ?? [])
    .filter((it) => !it.internal && it.cidr !== null)
    .map((it) => networkOf(it.cidr ?? ''))
    .filter((it) => it !== null)
  return [...new Set(cidrs)].sort()
}

function networkOf(cidr: string): string | null {
  if (!ipaddr.isValidCIDR(cidr)) return null
  const [address, bits] = ipaddr.parseCIDR(cidr)
  if (!['private', 'carrierGradeNat', 'uniqueLocal'].includes(address.range())) return null
  const network =
    address.kind() === 'ipv4' ? ipaddr.IPv4.networkAddressFromCIDR(cidr) : ipaddr.IPv6.networkAddressFromCIDR(cidr)
  return `${network.toString()}/${bits}`
}
