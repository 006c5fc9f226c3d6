/** SMI values (RFC 2578) as plain numbers and text. */
import type { Varbind } from '../engine/index.ts'

/** A number where the value is one, or is text that holds nothing else; a 64-bit counter loses digits beyond 2^53. */
export function numberOf(varbind: Varbind): number | null {
  switch (varbind.type) {
    case 'integer':
    case 'counter32':
    case 'gauge32':
    case 'timeticks':
      return varbind.value
    case 'counter64':
      return Number(varbind.value)
    case 'opaque':
      return opaqueFloat(varbind.value)
    case 'octets': {
      const text = varbind.value.toString('latin1').trim()
      return /^[+-]?\d+(?:\.\d+)?(?:e[+-]?\d+)?$/i.test(text) ? Number(text) : null
    }
    default:
      return null
  }
}

/** net-snmp's floats inside Opaque: tag 9f78 (32 bit) or 9f79 (64 bit), length, big-endian IEEE 754. */
function opaqueFloat(bytes: Buffer): number | null {
  if (bytes.length === 7 && bytes.readUInt16BE(0) === 0x9f78) return bytes.readFloatBE(3)
  if (bytes.length === 11 && bytes.readUInt16BE(0) === 0x9f79) return bytes.readDoubleBE(3)
  return null
}

/** Control characters, but tab and line ends: text with these is no text. */
const binary = /(?![\t\r\n])\p{Cc}|\ufffd/u

/** Text for people: one line, UTF-8 (or Latin-1 where it is not), hexadecimal where it is no text at all. */
export function textOf(varbind: Varbind): string {
  if (varbind.type === 'oid' || varbind.type === 'ip') return varbind.value
  if (varbind.type !== 'octets') return String(numberOf(varbind) ?? '')
  let bytes = varbind.value
  while (bytes.length > 0 && bytes.at(-1) === 0) bytes = bytes.subarray(0, -1)
  // Some send the whole buffer that a text ends in with a nought; what is behind it is left over from others.
  const end = bytes.indexOf(0)
  if (end >= 3 && bytes.length > 8 && /^[\x20-\x7e]+$/.test(bytes.toString('latin1', 0, end)))
    bytes = bytes.subarray(0, end)
  const utf8 = bytes.toString('utf8')
  const text = binary.test(utf8) ? bytes.toString('latin1') : utf8
  return binary.test(text) ? hexOf(varbind.value) : text.replace(/\s+/g, ' ').trim()
}

/** `ac:cc:8e:00:01:02`, as MAC addresses are written. */
export function hexOf(bytes: Buffer): string {
  return bytes.toString('hex').replace(/(..)(?=.)/g, '$1:')
}
