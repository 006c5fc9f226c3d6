/** A search for the hub: what is found goes into the stream line by line; who closes the stream ends the search. */
import type { ServerHttp2Stream } from 'node:http2'
import { StewardError } from '@steward/shared/errors'
import { DiscoveryRequest } from '@steward/shared/model'
import type { DiscoveryLine } from '@steward/shared/wire'
import type { LinkHost } from './link-host.ts'

/** A hub that does not read what it asked for is not waited for. */
const maxWaitingBytes = 16 * 1024 * 1024

/** Throws StewardError while nothing was sent. */
export async function tellDiscovery(stream: ServerHttp2Stream, body: unknown, host: LinkHost): Promise<void> {
  const asked = DiscoveryRequest.safeParse(body)
  if (!asked.success) throw new StewardError('input/invalid', 'A search is asked for with { "network": "…" }.')
  const closed = new AbortController()
  stream.once('close', () => closed.abort())
  const tell = (line: DiscoveryLine): void => {
    if (stream.destroyed) return
    if (!stream.headersSent) stream.respond({ ':status': 200, 'content-type': 'application/x-ndjson' })
    stream.write(`${JSON.stringify(line)}\n`)
    if (stream.writableLength > maxWaitingBytes) stream.destroy()
  }
  await host.discover(asked.data, tell, closed.signal)
  tell({ type: 'end' })
  if (!stream.destroyed) stream.end()
}
