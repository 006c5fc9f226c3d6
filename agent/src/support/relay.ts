import type { ServerHttp2Stream } from 'node:http2'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'

/** Bytes that went to the device and came from it. */
export type Carried = { upBytes: number; downBytes: number }

/**
 * Whether a stream ended out of order. Node lets an HTTP/2 stream that was reset emit `end` and `finish` as well, so that
 * a cut transfer would look like a whole one to whoever goes by these alone.
 */
function isBroken(stream: Duplex): boolean {
  const reset = 'rstCode' in stream && typeof stream.rstCode === 'number' && stream.rstCode !== 0
  return reset || stream.errored !== null
}

function passOn(from: Duplex, to: Duplex): void {
  from.pipe(to, { end: false })
  from.once('end', () => {
    if (!isBroken(from)) to.end()
  })
}

function wasCut(stream: Duplex): boolean {
  return isBroken(stream) || !stream.readableEnded || !stream.writableFinished
}

/**
 * Carries bytes between the engineer's stream and the device until both directions have ended: the end of one is passed on
 * while the other goes on, a slow reader slows its writer. Resolves, never rejects, when both are closed.
 */
export function relay(stream: ServerHttp2Stream, socket: Socket, carried: Carried): Promise<void> {
  stream.on('data', (chunk: Buffer) => {
    carried.upBytes += chunk.length
  })
  socket.on('data', (chunk: Buffer) => {
    carried.downBytes += chunk.length
  })
  passOn(stream, socket)
  passOn(socket, stream)
  const closed = new Promise<void>((resolve) => {
    let open = 2
    const one = () => {
      open -= 1
      if (open === 0) resolve()
    }
    stream.once('close', () => {
      if (wasCut(stream)) socket.resetAndDestroy()
      one()
    })
    socket.once('close', () => {
      if (wasCut(socket)) cutStream(stream)
      one()
    })
  })
  // What broke is told by the close that follows.
  stream.on('error', () => undefined)
  socket.on('error', () => undefined)
  return closed
}

/** Ends both at once, so that each side sees that it was cut and not that it is complete. */
export function cut(stream: ServerHttp2Stream, socket: Socket): void {
  cutStream(stream)
  if (!socket.destroyed) socket.resetAndDestroy()
}

/** With an error: closed or destroyed without one, END_STREAM goes out before the reset and the transfer looks whole. */
function cutStream(stream: ServerHttp2Stream): void {
  if (!stream.destroyed) stream.destroy(new Error('cut'))
}
