/** Servers of video streams. No connection comes of it: where a stream is, and who may see it, a person must say. */
import { Connection } from '@steward/shared/model'
import { type Drivers, openSession } from '../../drivers/index.ts'
import type { Question } from '../contract.ts'
import { said } from '../said.ts'

export function askRtsp(drivers: Drivers, address: string, port: number): Question {
  return {
    packets: 5,
    async ask(limits) {
      const connection = Connection.parse({ driver: 'rtsp', port })
      const session = openSession(drivers, { device: 'found', address, connection, secret: null })
      try {
        const { ok } = await session.check(limits)
        return ok ? { by: 'rtsp', text: said.rtsp(port), kind: 'camera' } : null
      } finally {
        session.close()
      }
    },
  }
}
