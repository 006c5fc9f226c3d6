/** TCP: a device is well when it takes a connection; the time that takes is its one point. */
import type { Driver } from '../contract.ts'
import { checkOutcomeOf } from '../network-failure.ts'
import { connectTcp } from '../tcp-connect.ts'

const connectTime = { id: 'tcp.connect-time', class: 'latency', instance: '', name: 'Time to connect', unit: 's' }

export function createTcpDriver(): Driver<'tcp'> {
  return {
    name: 'tcp',
    needsSecret: () => false,
    open({ address, connection }) {
      let told = false
      return {
        check: (limits) =>
          checkOutcomeOf(async () => {
            const socket = await connectTcp(address, connection.port, limits)
            socket.destroy()
          }),
        async poll(limits) {
          const started = performance.now()
          const socket = await connectTcp(address, connection.port, limits)
          const seconds = (performance.now() - started) / 1000
          socket.destroy()
          const points = told ? {} : { points: [connectTime] }
          told = true
          return { ...points, values: { [connectTime.id]: seconds }, errors: [] }
        },
        close: () => undefined,
      }
    },
    close: () => undefined,
  }
}
