/** A time server (RFC 5905) whose clock may be ahead. */
import type { Gate } from './gate.ts'
import { openUdpPort, type UdpPort } from './udp-port.ts'

const unixEpochS = 2_208_988_800

export function startNtpServer(gate: Gate, { aheadMs = 0, leap = 0 } = {}): Promise<UdpPort> {
  return openUdpPort(gate, (question) => {
    if (question.length < 48) return null
    const packet = Buffer.alloc(48)
    packet[0] = (leap << 6) | 0x24
    packet[1] = 2
    question.copy(packet, 24, 40, 48)
    for (const offset of [32, 40]) {
      const seconds = (Date.now() + aheadMs) / 1000 + unixEpochS
      packet.writeUInt32BE(Math.floor(seconds) % 2 ** 32, offset)
      packet.writeUInt32BE(Math.floor((seconds % 1) * 2 ** 32), offset + 4)
    }
    return packet
  })
}
