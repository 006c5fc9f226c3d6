/** The description of a UPnP device (UPnP Device Architecture 1.1, section 2.3): who it says that it is. */
import type { Identity } from '@steward/shared/model'
import type { Limits } from '../contract.ts'
import { createHttpClient } from '../http-client.ts'

const maxBytes = 256 * 1024

/** `location` is as the device wrote it: only its port and path are taken. Null where that tells nothing. Throws StewardError for silence. */
export async function recogniseUpnp(address: string, location: string, limits: Limits): Promise<Identity | null> {
  if (!URL.canParse(location)) return null
  const url = new URL(location)
  if (url.protocol !== 'http:') return null
  const client = createHttpClient({ address, port: url.port === '' ? 80 : Number(url.port), tls: false })
  try {
    const { status, body } = await client.send(
      { method: 'GET', path: `${url.pathname}${url.search}`, maxBytes },
      limits,
    )
    return status === 200 ? identityOf(body.toString('utf8')) : null
  } finally {
    client.close()
  }
}

function identityOf(xml: string): Identity | null {
  const text = (name: string): string => {
    const found = new RegExp(`<${name}>([^<]{1,500})</${name}>`).exec(xml)?.[1] ?? ''
    return found
      .replace(/(?:&(?:amp|lt|gt|quot|apos);|[\s\p{Cc}])+/gu, ' ')
      .trim()
      .slice(0, 200)
  }
  const fields = {
    name: text('friendlyName'),
    vendor: text('manufacturer'),
    model: text('modelName'),
    serial: text('serialNumber'),
  }
  const told = Object.entries(fields).filter(([, it]) => it !== '')
  return told.length === 0 ? null : Object.fromEntries(told)
}
