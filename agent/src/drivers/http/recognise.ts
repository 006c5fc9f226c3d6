/** What a web server at an address says of itself to anybody: its title, its name, the realm it guards. */
import type { Limits } from '../contract.ts'
import { createHttpClient } from '../http-client.ts'
import { textIn } from './body-text.ts'

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
    const page = textIn(body, headers['content-type'])
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

function oneLine(text: string): string {
  return text
    .replace(/&(?:nbsp|amp|quot|lt|gt);/g, ' ')
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim()
    .slice(0, maxTextLength)
}
