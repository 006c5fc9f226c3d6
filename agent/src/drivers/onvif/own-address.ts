import type { ServicePath } from './client.ts'

/**
 * Where an address that the device wrote is to be found on the device itself. Only path and port are taken: behind NAT the
 * host is another one, and a device must not send the agent (and a password) elsewhere. Null for what is no such address.
 */
export function ownAddress(
  written: string,
  own: { address: string; port: number },
  defaultPort: number,
): ServicePath | null {
  if (!URL.canParse(written)) return null
  const url = new URL(written)
  if (url.protocol !== 'http:' && url.protocol !== 'rtsp:') return null
  const isOwnHost = url.hostname.replace(/^\[|\]$/g, '') === own.address
  const port = url.port === '' ? defaultPort : Number(url.port)
  // Another host means that its ports are seen from elsewhere too; then only what we were told is known to work.
  return { port: isOwnHost ? port : own.port, path: `${url.pathname}${url.search}` }
}
