import type { WebSocket } from 'ws'

/**
 * HTTP/2 windows of a tunnel: large enough for 100 Mbit/s over 80 ms in one stream, small enough that what a stream may
 * have on its way does not stand before another's key stroke for long.
 */
export const tunnelWindows = {
  settings: { initialWindowSize: 1 << 20, enablePush: false },
  sessionBytes: 4 << 20,
} as const

const pingEveryMs = 15_000

/** Asks the other end for a sign of life and drops the socket when two questions in a row stay unanswered. */
export function watchSocket(socket: WebSocket): void {
  let unanswered = 0
  socket.on('pong', () => {
    unanswered = 0
  })
  const timer = setInterval(() => {
    if (unanswered >= 2) return socket.terminate()
    unanswered += 1
    socket.ping()
  }, pingEveryMs)
  timer.unref()
  socket.once('close', () => clearInterval(timer))
}
