import { constants, type ServerHttp2Stream } from 'node:http2'
import type { Socket } from 'node:net'

/** Bytes that went to the device and came from it. */
export type Carried = { upBytes: number; downBytes: number }

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
  stream.pipe(socket)
  socket.pipe(stream)
  const closed = new Promise<void>((resolve) => {
    let open = 2
    const one = () => {
      open -= 1
      if (open === 0) resolve()
    }
    stream.once('close', () => {
      if (!stream.readableEnded || !stream.writableFinished) socket.resetAndDestroy()
      one()
    })
    socket.once('close', () => {
      if (!socket.readableEnded || !socket.writableFinished) cutStream(stream)
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

function cutStream(stream: ServerHttp2Stream): void {
  if (stream.destroyed) return
  stream.close(constants.NGHTTP2_CANCEL)
  stream.destroy()
}
