import fc from 'fast-check'
import ipaddr from 'ipaddr.js'
import { describe, expect, test } from 'vitest'
import { addressesOf } from './addresses.ts'

const everywhere = ['0.0.0.0/0']
const anyAddress = fc.array(fc.nat(255), { minLength: 4, maxLength: 4 }).map((it) => it.join('.'))

describe('the addresses of a network', () => {
  test('are as many as it says, each once, in order, inside, and never its two ends', () => {
    fc.assert(
      fc.property(anyAddress, fc.integer({ min: 20, max: 32 }), (address, bits) => {
        const { network, count, addresses } = addressesOf(`${address}/${bits}`, everywhere)
        const all = [...addresses()]
        const parsed = ipaddr.IPv4.parseCIDR(network)
        const numbers = all.map((it) => it.split('.').reduce((sum, byte) => sum * 256 + Number(byte), 0))
        expect(all).toHaveLength(count)
        expect(new Set(all).size).toBe(count)
        expect([...numbers].sort((a, b) => a - b)).toEqual(numbers)
        expect(all.every((it) => ipaddr.IPv4.parse(it).match(parsed))).toBe(true)
        if (bits > 30) return
        expect(all).not.toContain(ipaddr.IPv4.networkAddressFromCIDR(network).toString())
        expect(all).not.toContain(ipaddr.IPv4.broadcastAddressFromCIDR(network).toString())
      }),
    )
  })

  test.each([
    ['192.168.1.7/32', ['192.168.1.7']],
    ['192.168.1.6/31', ['192.168.1.6', '192.168.1.7']],
    ['192.168.1.7/30', ['192.168.1.5', '192.168.1.6']],
    ['255.255.255.254/31', ['255.255.255.254', '255.255.255.255']],
  ])('%s', (network, addresses) => expect([...addressesOf(network, everywhere).addresses()]).toEqual(addresses))

  test('of a /16 are given one by one', () => {
    const { count, addresses } = addressesOf('10.1.0.0/16', everywhere)
    const [first] = addresses()
    expect([count, first]).toEqual([65_534, '10.1.0.1'])
  })
})

describe('refused', () => {
  test.each(['10.0.0.0/15', '0.0.0.0/0', 'fd00::/64', '10.0.0.1', 'cam-07', '10.0.0.0/33'])('%s', (network) => {
    expect(() => addressesOf(network, everywhere)).toThrow(expect.objectContaining({ code: 'input/invalid' }))
  })

  test.each(['fd00::/64', 'fe80::1', '2001:db8::/120'])('%s, and it is said why and what to do', (network) => {
    expect(() => addressesOf(network, everywhere)).toThrow(/is IPv6.*add the device by its address/)
  })

  test('whatever reaches outside what is allowed', () => {
    fc.assert(
      fc.property(anyAddress, fc.integer({ min: 16, max: 32 }), anyAddress, fc.nat(32), (a, bits, b, allowedBits) => {
        const allowed = `${ipaddr.IPv4.networkAddressFromCIDR(`${b}/${allowedBits}`)}/${allowedBits}`
        const inside = ipaddr.IPv4.parseCIDR(allowed)
        const network = `${a}/${bits}`
        const ends = [ipaddr.IPv4.networkAddressFromCIDR(network), ipaddr.IPv4.broadcastAddressFromCIDR(network)]
        const search = () => addressesOf(network, ['fd00::/8', allowed])
        if (ends.every((it) => it.match(inside))) expect(search().count).toBeGreaterThan(0)
        else expect(search).toThrow(expect.objectContaining({ code: 'config/address-not-allowed' }))
      }),
    )
  })
})
