/**
 * A walk with other serial numbers, addresses, names and places, so that it can be given away. What was the same is the same
 * afterwards, in values and in indexes, so that tables still fit each other. Pure.
 */
import { compareOids, isBelow, type Varbind } from '../engine/index.ts'
import { textOf } from '../read/raw-text.ts'
import { ipInText, macInText, mailInText, otherIp, otherMac } from './addresses.ts'
import { ipIndexed, macColumns, macIndexed, privateTexts } from './private-objects.ts'
import type { Scramble } from './scramble.ts'

/** Known words shorter than this are exchanged only where they are the whole text. */
const leastWithin = 4
const mostWithin = 400

type Secrets = {
  whole: Map<string, string>
  within: RegExp | null
  macs: Map<string, string>
  ips: Map<string, string>
}

/** `words`: what else must not be told, such as the community. `serials`: OIDs at which serial numbers and names stand. */
export function disguised(
  varbinds: readonly Varbind[],
  { words, serials, scramble }: { words: readonly string[]; serials: readonly string[]; scramble: Scramble },
): Varbind[] {
  const secrets = findSecrets(varbinds, [...privateTexts, ...serials], words, scramble)
  return varbinds
    .map((it) => ({ ...exchanged(it, secrets, scramble), oid: otherIndex(it.oid, secrets) }))
    .sort((a, b) => compareOids(a.oid, b.oid))
}

function findSecrets(
  varbinds: readonly Varbind[],
  texts: readonly string[],
  words: readonly string[],
  scramble: Scramble,
): Secrets {
  const whole = new Map<string, string>()
  const macs = new Map<string, string>()
  const ips = new Map<string, string>()
  const keepMac = (bytes: Buffer): void => {
    const hex = bytes.toString('hex')
    if (bytes.length === 6) macs.set(hex, otherMac(bytes, scramble).toString('hex'))
  }
  const keepIp = (text: string): void => {
    ips.set(text, otherIp(text, scramble))
  }
  for (const it of varbinds) {
    const arcs = it.oid.split('.')
    if (it.type === 'ip') keepIp(it.value)
    if (macIndexed.some((root) => isBelow(it.oid, root))) keepMac(Buffer.from(arcs.slice(-6).map(Number)))
    if (ipIndexed.some((root) => isBelow(it.oid, root))) keepIp(arcs.slice(-4).join('.'))
    if (it.type !== 'octets') continue
    if (macColumns.some((root) => isAt(it.oid, root))) keepMac(it.value)
    const text = textOf(it)
    if (text.length > 1 && texts.some((root) => isAt(it.oid, root))) whole.set(text, scramble.text(text))
  }
  for (const it of words) if (it !== '') whole.set(it, scramble.text(it))
  const long = [...whole.keys()].filter((it) => it.length >= leastWithin && /[a-z0-9]/i.test(it))
  const longest = long.sort((a, b) => b.length - a.length).slice(0, mostWithin)
  const within = longest.length === 0 ? null : new RegExp(longest.map((it) => RegExp.escape(it)).join('|'), 'g')
  return { whole, within, macs, ips }
}

function isAt(oid: string, root: string): boolean {
  return oid === root || isBelow(oid, root)
}

function exchanged(it: Varbind, secrets: Secrets, scramble: Scramble): Varbind {
  if (it.type === 'ip') return { ...it, value: secrets.ips.get(it.value) ?? it.value }
  if (it.type !== 'octets') return it
  const hex = macsExchanged(it.value, secrets)
  if (hex !== null) return { ...it, value: hex }
  const latin = it.value.toString('latin1')
  // Bytes that are no text are left alone: flags, times, keys of tables.
  if (isBinary(it.value)) return it
  const text = otherText(latin, secrets, scramble)
  return text === latin ? it : { ...it, value: Buffer.from(text, 'latin1') }
}

function isBinary(bytes: Buffer): boolean {
  const end = bytes.findLastIndex((it) => it !== 0) + 1
  return bytes.subarray(0, end).some((it) => it < 0x09 || (it > 0x0d && it < 0x20))
}

function otherText(text: string, { whole, within }: Secrets, scramble: Scramble): string {
  const known = whole.get(text) ?? whole.get(text.trim())
  if (known !== undefined) return known
  const named = within === null ? text : text.replace(within, (word) => whole.get(word) ?? word)
  return named
    .replace(mailInText, (mail) => scramble.text(mail))
    .replace(ipInText, (ip) => otherIp(ip, scramble))
    .replace(macInText, (mac) => {
      const bytes = otherMac(Buffer.from(mac.replace(/[:-]/g, ''), 'hex'), scramble).toString('hex')
      const written = bytes.replace(/(..)(?=.)/g, `$1${mac[2] ?? ':'}`)
      return mac === mac.toUpperCase() ? written.toUpperCase() : written
    })
}

/** A known MAC address, alone or behind other bytes (bridge ids, chassis ids). Null: there is none. */
function macsExchanged(value: Buffer, { macs }: Secrets): Buffer | null {
  if (value.length < 6 || value.length > 32) return null
  const found = macs.get(value.toString('hex', value.length - 6))
  return found === undefined ? null : Buffer.concat([value.subarray(0, value.length - 6), Buffer.from(found, 'hex')])
}

/** Addresses in the index: six arcs that are a known MAC address, four that are a known IP address. */
function otherIndex(oid: string, { macs, ips }: Secrets): string {
  const arcs = oid.split('.')
  for (let at = 10; at + 4 <= arcs.length; at += 1) {
    const six = arcs.slice(at, at + 6).map(Number)
    const mac = six.length === 6 && six.every((it) => it < 256) ? macs.get(Buffer.from(six).toString('hex')) : undefined
    if (mac !== undefined) {
      arcs.splice(at, 6, ...[...Buffer.from(mac, 'hex')].map(String))
      at += 5
      continue
    }
    const ip = ips.get(arcs.slice(at, at + 4).join('.'))
    if (ip === undefined) continue
    arcs.splice(at, 4, ...ip.split('.'))
    at += 3
  }
  return arcs.join('.')
}
