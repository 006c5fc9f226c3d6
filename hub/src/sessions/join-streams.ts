import { Socket } from 'node:net'
import type { Duplex } from 'node:stream'

export type Joined = {
  /** bytes from the first to the second stream, and back */
  forwardBytes: number
  backBytes: number
}

/** Ends a stream at once so that the other side sees a reset, not an orderly end. */
export function abortStream(stream: Duplex): void {
  if (stream.destroyed) return
  if (stream instanceof Socket) stream.resetAndDestroy()
  // An HTTP/2 stream needs the error: closed or destroyed without one, END_STREAM goes out before the reset.
  else stream.destroy(new Error('broken off'))
}

/**
 * Whether a stream ended out of order. Node lets an HTTP/2 stream that was reset emit `end` and `finish` as well, so that
 * a cut transfer would look like a whole one to whoever goes by these alone.
 */
function isBroken(stream: Duplex): boolean {
  const reset = 'rstCode' in stream && typeof stream.rstCode === 'number' && stream.rstCode !== 0
  return reset || stream.errored !== null
}

function passOn(from: Duplex, to: Duplex, count: (bytes: number) => void): void {
  from.on('data', (chunk: Buffer) => count(chunk.length))
  from.pipe(to, { end: false })
  from.once('end', () => {
    if (!isBroken(from)) to.end()
  })
}

/**
 * Carries bytes both ways until both directions have ended: an end of one direction is passed on while the other goes on
 * (half-close), a slow reader slows its writer, and a stream that breaks off takes the other with it. Resolves, never
 * rejects, when both are closed; `complete` is false where one broke off. `joined` counts while it runs.
 */
export function joinStreams(first: Duplex, second: Duplex, joined: Joined): Promise<{ complete: boolean }> {
  let complete = true
  passOn(first, second, (bytes) => {
    joined.forwardBytes += bytes
  })
  passOn(second, first, (bytes) => {
    joined.backBytes += bytes
  })
  const closed = (stream: Duplex, other: Duplex): Promise<void> =>
    new Promise((resolve) => {
      const end = (): void => {
        if (isBroken(stream) || !stream.readableEnded || !stream.writableFinished) {
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
