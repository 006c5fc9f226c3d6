import ipaddr from 'ipaddr.js'

/** `HTTPS_PROXY` and `NO_PROXY` as they stand in the environment. */
export type ProxySettings = { httpsProxy: string | null; noProxy: string }

/**
 * The proxy for this address, or null for a direct way. `NO_PROXY` lists host names (with all that end in them),
 * addresses and networks, or `*`. This machine itself is never asked for through a proxy.
 */
export function proxyFor(url: string, { httpsProxy, noProxy }: ProxySettings): string | null {
  if (httpsProxy === null || httpsProxy === '') return null
  const host = new URL(url).hostname.replace(/^\[|\]$/g, '').toLowerCase()
  if (host === 'localhost' || isLoopback(host)) return null
  const entries = noProxy
    .toLowerCase()
    .split(/[\s,]+/)
    .filter((it) => it !== '')
  return entries.some((it) => it === '*' || covers(it, host)) ? null : httpsProxy
}

function isLoopback(host: string): boolean {
  return ipaddr.isValid(host) && ipaddr.parse(host).range() === 'loopback'
}

function covers(entry: string, host: string): boolean {
  if (ipaddr.isValid(host)) {
    if (!ipaddr.isValidCIDR(entry)) return entry === host
    const [network, bits] = ipaddr.parseCIDR(entry)
    const address = ipaddr.parse(host)
    return address.kind() === network.kind() && address.match(network, bits)
  }
  const suffix = entry.replace(/^\*?\./, '').replace(/:\d+$/, '')
  return host === suffix || host.endsWith(`.${suffix}`)
}
