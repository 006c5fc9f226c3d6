/** XML as devices write it, as a tree. Text stays text: `1.10` and long serial numbers keep their digits. */
import { XMLParser } from 'fast-xml-parser'

/** An element: its children and attributes (`@name`) by local name; text is in `#text`. Repeated elements are arrays. */
export type XmlNode = string | { [name: string]: XmlValue }
export type XmlValue = XmlNode | XmlNode[]

const maxDepth = 60

const parser = new XMLParser({
  removeNSPrefix: true,
  ignoreAttributes: false,
  attributeNamePrefix: '@',
  parseTagValue: false,
  parseAttributeValue: false,
  trimValues: true,
  // Decoded where text is taken out: the parser's own way leaves numeric references as they are.
  processEntities: false,
  ignoreDeclaration: true,
  ignorePiTags: true,
  maxNestedTags: maxDepth,
})

/** Null: it is not XML, is nested too deeply, or has a document type, which a device has no need of and an attacker has. */
export function parseXml(text: string): XmlNode | null {
  if (/<!(?:DOCTYPE|ENTITY)/i.test(text)) return null
  try {
    return parser.parse(text)
  } catch {
    return null
  }
}

const named: Record<string, string> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" }
const lastCodePoint = 0x10_ffff

export function unescapeXml(text: string): string {
  return text.replace(/&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|(lt|gt|amp|quot|apos));/gi, (whole, hex, decimal, name) => {
    if (name !== undefined) return named[String(name).toLowerCase()] ?? whole
    const code = hex === undefined ? Number.parseInt(decimal, 10) : Number.parseInt(hex, 16)
    return code <= lastCodePoint ? String.fromCodePoint(code) : whole
  })
}
