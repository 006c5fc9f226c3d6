/** The 48 bytes of NTP (RFC 5905, section 7.3), as a client asks them and a server answers. Pure. */
import { StewardError } from '@steward/shared/errors'

const packetBytes = 48
const [clientMode, serverMode, version] = [3, 4, 4]
/** Seconds from 1900 to 1970. */
const unixEpochS = 2_208_988_800
const eraS = 2 ** 32

/** Offsets of the four fields that are read (figure 8). */
const at = { stratum: 1, rootDelay: 4, rootDispersion: 8, reference: 12, originate: 24, receive: 32, transmit: 40 }

export const leapWords = ['none', 'insert', 'delete', 'unsynchronised'] as const

export type NtpAnswer = {
  leap: (typeof leapWords)[number]
  stratum: number
  /** when the question came and the answer left by the server's clock, ms since 1970 */
  receivedMs: number
  sentMs: number
  /** half the root delay and the root dispersion: how far the server may be off by its own account, ms (section 11.2.2) */
  rootDistanceMs: number
}

/** `nonce`, eight bytes, stands in for the time of sending: the server only gives it back, and nobody can guess it. */
export function ntpQuestion(nonce: Buffer): Buffer {
  const packet = Buffer.alloc(packetBytes)
  packet[0] = (version << 3) | clientMode
  nonce.copy(packet, at.transmit)
  return packet
}

/** Null for what is no answer to this question. Throws StewardError `driver/protocol` for a kiss of death (section 7.4). */
export function readNtpAnswer(packet: Buffer, nonce: Buffer, where: string): NtpAnswer | null {
  if (packet.length < packetBytes) return null
  const first = packet.readUInt8(0)
  if ((first & 7) !== serverMode || !packet.subarray(at.originate, at.originate + 8).equals(nonce)) return null
  const stratum = packet.readUInt8(at.stratum)
  if (stratum === 0) {
    const code = packet.toString('latin1', at.reference, at.reference + 4).replace(/[^A-Z]/g, '')
    throw new StewardError(
      'driver/protocol',
      `${where} tells no time and asks to be left alone (kiss code ${code || 'none'})`,
    )
  }
  if (stratum > 16 || packet.readBigUInt64BE(at.transmit) === 0n) return null
  return {
    leap: leapWords[first >> 6] ?? 'unsynchronised',
    stratum,
    receivedMs: instantOf(packet, at.receive),
    sentMs: instantOf(packet, at.transmit),
    rootDistanceMs: shortMs(packet, at.rootDelay) / 2 + shortMs(packet, at.rootDispersion),
  }
}

/** Without its first bit set, a time lies in the era after 2036 (section 6 and RFC 4330, section 3). */
function instantOf(packet: Buffer, offset: number): number {
  const told = packet.readUInt32BE(offset)
  const seconds = told >= eraS / 2 ? told : told + eraS
  return (seconds - unixEpochS + packet.readUInt32BE(offset + 4) / eraS) * 1000
}

/** A short format: 16 bits of seconds, 16 of their fraction. */
function shortMs(packet: Buffer, offset: number): number {
  return (packet.readUInt32BE(offset) / 65_536) * 1000
}

/** Server's clock minus ours, and the time on the way, ms (section 8): the way there and back are taken as equally long. */
export function offsetOf(answer: NtpAnswer, askedMs: number, tookMs: number): { offsetMs: number; delayMs: number } {
  const there = answer.receivedMs - askedMs
  const back = answer.sentMs - (askedMs + tookMs)
  return { offsetMs: (there + back) / 2, delayMs: Math.max(0, tookMs - (answer.sentMs - answer.receivedMs)) }
}
