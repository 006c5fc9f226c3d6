/** What a WebSocket that carries HTTP/2 has of both: Node's streams, and ws. Only the parts that are used. */
type Carrier = { _final?: (done: () => void) => void }

/**
 * Ends the writing of a carrier (a stream made by ws over `socket`) at once. As ws does it, the end waits for a socket that
 * may be gone already; HTTP/2 then writes once more, and Node 24 ends the process over that (an assertion in its JSStreamSocket).
 */
export function endAtOnce(carrier: Carrier, socket: { close(): void }): void {
  carrier._final = (done) => {
    socket.close()
    done()
  }
}
