import ipaddr from 'ipaddr.js'

type Ip = ipaddr.IPv4 | ipaddr.IPv6

/** Addresses outside the special ranges under which clouds answer with credentials or with the machine's own services. */
const metadata = new Set(['100.100.100.200', '168.63.129.16', '192.0.0.192', 'fd00:ec2::254', 'fd20:ce::254'])

const mayBeDialled = new Set(['unicast', 'private', 'carrierGradeNat', 'uniqueLocal'])

/** The IPv4 address inside a mapped (RFC 4291, 2.5.5.2) or NAT64 (RFC 6052) address, else the address itself. */
function unwrapped(ip: Ip): Ip {
  if (!(ip instanceof ipaddr.IPv6)) return ip
  if (ip.isIPv4MappedAddress()) return ip.toIPv4Address()
  if (ip.range() === 'rfc6052') return new ipaddr.IPv4(ip.toByteArray().slice(12))
  return ip
}

/**
 * Whether the hub may send to this literal address: public and private networks yes; loopback, link-local, multicast,
 * unspecified, reserved, tunnelled forms and metadata services no. `allowLoopback` lets loopback through, nothing else.
 */
export function mayDial(address: string, options: { allowLoopback: boolean }): boolean {
  if (!ipaddr.isValid(address)) return false
  const ip = unwrapped(ipaddr.parse(address))
  const range = ip.range()
  if (range === 'loopback') return options.allowLoopback
  return mayBeDialled.has(range) && !metadata.has(ip.toString())
}
