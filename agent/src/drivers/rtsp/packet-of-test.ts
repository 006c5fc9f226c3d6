/** RTP packets as a test wants them; only for tests. */
import type { RtpPacket } from './rtp.ts'

export function packetOf(over: Partial<RtpPacket>): RtpPacket {
  return { marker: true, sequence: 0, timestamp: 0, source: 7, payload: Buffer.from([0x41, 1, 2, 3]), ...over }
}
