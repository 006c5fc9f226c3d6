import type { FastifyRequest } from 'fastify'

/**
 * A cookie is sent by the browser whoever asked for the request; one that another origin made (Sec-Fetch-Site, else Origin) carries no
 * authority here. Reading is covered as well: nothing of ours is embedded elsewhere.
 */
export function isFromElsewhere(request: Pick<FastifyRequest, 'headers' | 'method'>, origin: string): boolean {
  const site = request.headers['sec-fetch-site']
  if (site === 'same-origin' || site === 'none') return false
  if (site !== undefined) return true
  const from = request.headers.origin
  if (from !== undefined) return from !== origin && from !== `https://${request.headers.host ?? ''}`
  // Neither header: no browser of today. Reading is harmless, writing is not taken on a cookie alone.
  return request.method !== 'GET' && request.method !== 'HEAD'
}
