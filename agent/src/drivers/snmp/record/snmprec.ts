/** A walk as snmpsim takes it: `OID|type|value`, one value a line, bytes that are no plain text in hexadecimal. */
import type { Varbind } from '../engine/index.ts'

export function snmprecOf(varbinds: readonly Varbind[]): string {
  return varbinds.flatMap((it) => lineOf(it) ?? []).join('')
}

function lineOf(it: Varbind): string | null {
  const line = (tag: string, value: string | number | bigint): string => `${it.oid}|${tag}|${value}\n`
  switch (it.type) {
    case 'integer':
      return line('2', it.value)
    case 'octets':
      return isPlain(it.value) ? line('4', it.value.toString('latin1')) : line('4x', it.value.toString('hex'))
    case 'null':
      return line('5', '')
    case 'oid':
      return line('6', it.value)
    case 'ip':
      return line('64', it.value)
    case 'counter32':
      return line('65', it.value)
    case 'gauge32':
      return line('66', it.value)
    case 'timeticks':
      return line('67', it.value)
    case 'opaque':
      return line('68x', it.value.toString('hex'))
    case 'counter64':
      return line('70', it.value)
    case 'missing':
      return null
  }
}

function isPlain(bytes: Buffer): boolean {
  const text = bytes.toString('latin1')
  return /^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/.test(text) && !text.includes('|')
}
