/** What a web server at an address says of itself to anybody: its title, its name, the realm it guards. */
import type { Limits } from '../contract.ts'
import { createHttpClient } from '../http-client.ts'

export type WebServer = { status: number; title: string; server: string; realm: string }

const maxPageBytes = 256 * 1024
const maxTextLength = 120

/** Throws StewardError when there is no answer, or none that is HTTP. */
export async function recogniseHttp(
  at: { address: string; port: number; tls: boolean },
  limits: Limits,
): Promise<WebServer> {
  const client = createHttpClient(at)
  try {
    const { status, headers, body } = await client.send({ method: 'GET', path: '/', maxBytes: maxPageBytes }, limits)
    const page = decoded(body, headers['content-type'] ?? '')
    return {
      status,
      title: oneLine(/<title(?:\s[^<>]{0,200})?>([^<]{0,500})/i.exec(page)?.[1] ?? ''),
      server: oneLine(String(headers.server ?? '')),
      realm: oneLine(/realm="?([^",]{0,200})/i.exec(String(headers['www-authenticate']))?.[1] ?? ''),
    }
  } finally {
    client.close()
  }
}

/** Pages of older devices are in GBK or Latin-1, and say so in the header or in the page. */
function decoded(body: Buffer, contentType: string): string {
  const named = /charset=["']?([\w-]{1,20})/i.exec(`${contentType} ${body.subarray(0, 2048).toString('latin1')}`)?.[1]
  try {
    return new TextDecoder(named ?? 'utf-8').decode(body)
  } catch {
    return body.toString('latin1')
  }
}

function oneLine(text: string): string {
  return text
    .replace(/&(?:nbsp|amp|quot|lt|gt);/g, ' ')
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim()
    .slice(0, maxTextLength)
}
