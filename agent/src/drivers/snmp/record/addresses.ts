/** Addresses of devices and networks, exchanged for others of their kind. Pure. */
import type { Scramble } from './scramble.ts'

/** Addresses that name no device: masks, loopback, multicast, "any". */
function isNobody(arcs: readonly number[]): boolean {
  const [first = 0] = arcs
  return first === 0 || first === 127 || first >= 224
}

/** In the same kind of network: 10/8, 172.16/12, 192.168/16 stay what they are, all others go to 198.18/15 (RFC 2544). One /24 stays one. */
export function otherIp(text: string, scramble: Scramble): string {
  const arcs = text.split('.').map(Number)
  if (arcs.length !== 4 || arcs.some((it) => !(it >= 0 && it <= 255)) || isNobody(arcs)) return text
  const [a = 0, b = 0, c = 0, d = 0] = arcs
  const net = scramble.bytes(`net ${a}.${b}.${c}`, 2)
  const [n1 = 0, n2 = 0] = net
  const host = otherHost(d, scramble.bytes(`host ${a}.${b}.${c}`, 1)[0] ?? 0)
  if (a === 10) return `10.${n1}.${n2}.${host}`
  if (a === 172 && b >= 16 && b < 32) return `172.${16 + (n1 % 16)}.${n2}.${host}`
  if (a === 192 && b === 168) return `192.168.${n2}.${host}`
  return `198.${18 + (n1 % 2)}.${n2}.${host}`
}

/** 1 to 254 change places among themselves, each network in its own way. */
function otherHost(host: number, random: number): number {
  return host === 0 || host === 255 ? host : ((host - 1 + random) % 254) + 1
}

/** The maker's half stays, which is no secret; the device's half is another. */
export function otherMac(bytes: Buffer, scramble: Scramble): Buffer {
  const isGroup = ((bytes[0] ?? 0) & 1) === 1
  if (bytes.length !== 6 || isGroup || bytes.every((it) => it === 0)) return bytes
  return Buffer.concat([bytes.subarray(0, 3), scramble.bytes(`mac ${bytes.toString('hex')}`, 3)])
}

export const ipInText = /(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?![\d.])/g
export const macInText = /(?<![0-9a-f])(?:[0-9a-f]{2}([:-]))(?:[0-9a-f]{2}\1){4}[0-9a-f]{2}(?![0-9a-f])/gi
export const mailInText = /[\w.+-]+@[\w-]+(?:\.[\w-]+)+/g
