/** Which services a device has, and where: GetServices, and GetCapabilities for devices that do not know it (Core, section 8.1). */
import { isStewardError } from '@steward/shared/errors'
import type { Limits } from '../contract.ts'
import type { OnvifClient, ServicePath } from './client.ts'
import { ownAddress } from './own-address.ts'
import { child, children, namespaces, textAt, type XmlNode } from './soap.ts'

export type Own = { address: string; port: number }

const serviceNamespaces = {
  media1: namespaces.trt,
  media2: namespaces.tr2,
  events: namespaces.tev,
  recording: namespaces.trc,
  search: namespaces.tse,
  doors: namespaces.tdc,
  access: namespaces.tac,
} as const
export type ServiceName = keyof typeof serviceNamespaces
/** Null: not offered. */
export type Services = { [Name in ServiceName]: ServicePath | null }

/** Where GetCapabilities names them (ver10/schema, Capabilities); the others are only in GetServices. */
const capabilityPaths: Partial<Record<ServiceName, readonly string[]>> = {
  media1: ['Media'],
  events: ['Events'],
  media2: ['Extension', 'Media2'],
  recording: ['Extension', 'Recording'],
  search: ['Extension', 'Search'],
}

/** Null where it answers with a fault, or does not let this user ask it. */
export type Ask = (service: ServicePath, question: string) => Promise<XmlNode | null>

/**
 * For what a device need not have. The password was proved by what it must have; who may not open doors is told that by the same
 * fault.
 */
export function asking(client: OnvifClient, limits: Limits): Ask {
  return async (service, question) => {
    try {
      return await client.call(service, question, limits)
    } catch (error) {
      if (isStewardError(error, 'driver/protocol') || isStewardError(error, 'driver/refused-credentials')) return null
      throw error
    }
  }
}

const questions = {
  services: `<GetServices xmlns="${namespaces.tds}"><IncludeCapability>false</IncludeCapability></GetServices>`,
  capabilities: `<GetCapabilities xmlns="${namespaces.tds}"><Category>All</Category></GetCapabilities>`,
}

/** Some firmware lists no service and answers all of them at the device's one address: then video is looked for there. */
export async function findServices(
  ask: (question: string) => Promise<XmlNode | null>,
  own: Own,
  device: ServicePath,
): Promise<Services> {
  const listed = await ask(questions.services)
  const found = listed === null ? {} : servicesOf(listed)
  const hasMedia = (found.media1 ?? '') !== '' || (found.media2 ?? '') !== ''
  const capabilities = hasMedia ? null : await ask(questions.capabilities)
  const all = capabilities === null ? found : { ...capabilitiesOf(capabilities), ...found }
  const at = (name: ServiceName): ServicePath | null => ownAddress(all[name] ?? '', own, 80)
  const services = {
    ...{ media1: at('media1'), media2: at('media2'), events: at('events'), recording: at('recording') },
    ...{ search: at('search'), doors: at('doors'), access: at('access') },
  }
  const { media1, media2, recording, doors, access } = services
  const isMute = [media1, media2, recording, doors, access].every((it) => it === null)
  return isMute ? { ...services, media1: device } : services
}

type Written = Partial<Record<ServiceName, string>>

function names(): ServiceName[] {
  return ['media1', 'media2', 'events', 'recording', 'search', 'doors', 'access']
}

export function servicesOf(body: XmlNode): Written {
  const list = children(child(body, 'GetServicesResponse'), 'Service')
  const told = new Map(
    list.map((it) => [textAt(it, 'Namespace').trim().replace(/\/$/, ''), textAt(it, 'XAddr').trim()]),
  )
  return written((name) => told.get(serviceNamespaces[name]))
}

export function capabilitiesOf(body: XmlNode): Written {
  const capabilities = child(child(body, 'GetCapabilitiesResponse'), 'Capabilities')
  return written((name) => {
    const path = capabilityPaths[name]
    return path === undefined ? undefined : textAt(capabilities, ...path, 'XAddr').trim()
  })
}

function written(tell: (name: ServiceName) => string | undefined): Written {
  return Object.fromEntries(
    names().flatMap((name) => {
      const text = tell(name) ?? ''
      return text === '' ? [] : [[name, text]]
    }),
  )
}
