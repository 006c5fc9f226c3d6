import type { Http2Stream } from 'node:http2'
import { constants } from 'node:http2'
import { Socket } from 'node:net'
import type { Duplex } from 'node:stream'

export type Joined = {
  /** bytes from the first to the second stream, and back */
  forwardBytes: number
  backBytes: number
}

function isHttp2Stream(stream: Duplex): stream is Http2Stream & Duplex {
  return 'rstCode' in stream
}

/** Ends a stream at once so that the other side sees a reset, not an orderly end. */
export function abortStream(stream: Duplex): void {
  if (stream.destroyed) return
  if (isHttp2Stream(stream)) stream.close(constants.NGHTTP2_CANCEL)
  if (stream instanceof Socket) stream.resetAndDestroy()
  else stream.destroy()
}

/**
 * Carries bytes both ways until both directions have ended: an end of one direction is passed on while the other goes on
 * (half-close), a slow reader slows its writer, and a stream that breaks off takes the other with it. Resolves, never
 * rejects, when both are closed; `complete` is false where one broke off. `joined` counts while it runs.
 */
export function joinStreams(first: Duplex, second: Duplex, joined: Joined): Promise<{ complete: boolean }> {
  let complete = true
  first.on('data', (chunk: Buffer) => {
    joined.forwardBytes += chunk.length
  })
  second.on('data', (chunk: Buffer) => {
    joined.backBytes += chunk.length
  })
  first.pipe(second)
  second.pipe(first)
  const closed = (stream: Duplex, other: Duplex): Promise<void> =>
    new Promise((resolve) => {
      const end = (): void => {
        if (!stream.readableEnded || !stream.writableFinished) {
          complete = false
          abortStream(other)
        }
        resolve()
      }
      // The error is told by the close that follows it.
      stream.on('error', () => undefined)
      if (stream.closed) end()
      else stream.once('close', end)
    })
  return Promise.all([closed(first, second), closed(second, first)]).then(() => ({ complete }))
}
