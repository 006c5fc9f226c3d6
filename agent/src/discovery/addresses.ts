/** Which addresses a search goes through: those of one IPv4 network, never more than a /16, never outside what is allowed. */
import { StewardError } from '@steward/shared/errors'
import ipaddr from 'ipaddr.js'

const widestBits = 16

export type AddressRange = {
  /** as CIDR, host bits cleared */
  network: string
  count: number
  holds(address: string): boolean
  /** host addresses in order; network and broadcast address are left out where the network has them (RFC 950, RFC 3021) */
  addresses(): Generator<string>
}

/** Throws `input/invalid` for what is no IPv4 network or too wide, `config/address-not-allowed` for one outside `allow`. */
export function addressesOf(cidr: string, allow: readonly string[]): AddressRange {
  if (ipaddr.IPv6.isValidCIDR(cidr) || ipaddr.IPv6.isValid(cidr)) {
    throw new StewardError(
      'input/invalid',
      `${cidr} is IPv6, whose networks are too large to ask every address; search the IPv4 network, or add the device by its address.`,
    )
  }
  if (!ipaddr.IPv4.isValidCIDR(cidr)) {
    throw new StewardError('input/invalid', `${cidr} is no IPv4 network; write one as 192.168.1.0/24.`)
  }
  const [, bits] = ipaddr.IPv4.parseCIDR(cidr)
  const base = ipaddr.IPv4.networkAddressFromCIDR(cidr)
  const network = `${base.toString()}/${bits}`
  if (bits < widestBits) {
    throw new StewardError('input/invalid', `${network} is too wide: search at most a /${widestBits} at a time.`)
  }
  if (!allow.some((it) => holds(it, base, bits))) {
    const allowed = allow.length === 0 ? 'none' : allow.join(', ')
    throw new StewardError(
      'config/address-not-allowed',
      `${network} is outside the networks that may be dialled from here (${allowed}).`,
    )
  }
  const size = 2 ** (32 - bits)
  const hasEnds = size > 2
  const first = numberOf(base) + (hasEnds ? 1 : 0)
  const count = hasEnds ? size - 2 : size
  return {
    network,
    count,
    holds: (address) => ipaddr.IPv4.isValid(address) && ipaddr.IPv4.parse(address).match(base, bits),
    *addresses() {
      for (let at = 0; at < count; at += 1) yield textOf(first + at)
    },
  }
}

function holds(allowed: string, base: ipaddr.IPv4, bits: number): boolean {
  if (!ipaddr.IPv4.isValidCIDR(allowed)) return false
  const [network, allowedBits] = ipaddr.IPv4.parseCIDR(allowed)
  return bits >= allowedBits && base.match(network, allowedBits)
}

function numberOf(address: ipaddr.IPv4): number {
  return address.toByteArray().reduce((sum, byte) => sum * 256 + byte, 0)
}

function textOf(number: number): string {
  return [24, 16, 8, 0].map((shift) => (number >>> shift) & 255).join('.')
}
