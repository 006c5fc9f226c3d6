/** A BACnet/IP controller over a real socket: a few objects, and the ways in which small controllers answer less than is asked. */
import library, { type BACNetAppData } from '@bacnet-js/client'
import { freeUdpPort } from './free-udp-port.ts'
import { type Gate, openGate } from './gate.ts'

const Client = library.default
export type BacnetObject = { type: number; instance: number; properties: Record<number, BACNetAppData[]> }

export type BacnetManner = {
  /** answers a reading of many properties only up to so many of them at once; 0: does not know that service */
  mostAtOnce?: number
  /** tells who asks for it that a value changed: the number of those who may ask, 0: does not know that service */
  changes?: number
  /** does not take the wildcard instance for its own */
  noWildcard?: boolean
}

const [errorClassObject, unknownObject, errorClassProperty, unknownProperty] = [1, 31, 2, 32]
const [classServices, rejected] = [5, 9]
const [subscribeCov, presentValue] = [5, 85]
const wildcard = 4_194_303
const device = 8
/** The library's own way to write that a property was refused. */
const missing: BACNetAppData[] = [
  { type: 0, value: { type: 'BacnetError', errorClass: errorClassProperty, errorCode: unknownProperty } },
]

/** Text, figures and words as the standard encodes them: application tags 7, 4, 9 and 2. */
export const bacnet = {
  text: (value: string): BACNetAppData[] => [{ type: 7, value, encoding: 0 }],
  texts: (values: readonly string[]): BACNetAppData[] => values.map((value) => ({ type: 7, value, encoding: 0 })),
  real: (value: number): BACNetAppData[] => [{ type: 4, value }],
  enumerated: (value: number): BACNetAppData[] => [{ type: 9, value }],
  unsigned: (value: number): BACNetAppData[] => [{ type: 2, value }],
}

export async function startBacnetDevice(
  objects: readonly BacnetObject[],
  manner: BacnetManner = {},
  gate: Gate = openGate(),
) {
  const port = await freeUdpPort()
  const server = new Client({ port, interface: '127.0.0.1', apduTimeout: 1000 })
  server.on('error', () => undefined)
  await new Promise<void>((resolve) => server.once('listening', () => resolve()))
  const own = objects.find((it) => it.type === device)
  const find = ({ type, instance }: { type: number; instance: number }) =>
    type === device && instance === wildcard && manner.noWildcard !== true
      ? own
      : objects.find((it) => it.type === type && it.instance === instance)
  let questions = 0
  const answer = async (work: () => void): Promise<void> => {
    questions += 1
    if (!gate.isOpen()) return
    await gate.pass()
    if (isOpen) work()
  }
  let isOpen = true
  server.on('whoIs', ({ header }) => {
    if (header !== undefined && own !== undefined)
      void answer(() => server.iAmResponse({ address: header.sender.address ?? '' }, own.instance, 3, 15))
  })
  server.on('readProperty', ({ header, invokeId, payload }) => {
    const to = { address: header?.sender.address ?? '' }
    const object = find(payload.objectId)
    const value = object?.properties[payload.property.id]
    void answer(() => {
      if (object === undefined) return server.errorResponse(to, 12, invokeId ?? 0, errorClassObject, unknownObject)
      if (value === undefined) return server.errorResponse(to, 12, invokeId ?? 0, errorClassProperty, unknownProperty)
      server.readPropertyResponse(to, invokeId ?? 0, object, payload.property, value)
    })
  })
  server.on('readPropertyMultiple', ({ header, invokeId, payload }) => {
    const to = { address: header?.sender.address ?? '' }
    const asked = payload.properties.reduce((sum, it) => sum + it.properties.length, 0)
    const told = payload.properties.map(({ objectId, properties }) => ({
      objectId: find(objectId) ?? objectId,
      values: properties.map((property) => ({
        property,
        value: find(objectId)?.properties[property.id] ?? missing,
      })),
    }))
    void answer(() => {
      if (asked > (manner.mostAtOnce ?? 1000)) server.errorResponse(to, 14, invokeId ?? 0, classServices, rejected)
      else server.readPropertyMultipleResponse(to, invokeId ?? 0, told)
    })
  })
  const askers: { address: string; processId: number; object: { type: number; instance: number } }[] = []
  server.on('subscribeCov', ({ header, invokeId, payload }) => {
    const address = header?.sender.address ?? ''
    const object = payload.monitoredObjectId
    const same = askers.some((it) => it.address === address && find(it.object) === find(object))
    void answer(() => {
      const to = { address }
      if (!same && askers.length >= (manner.changes ?? 0))
        server.errorResponse(to, subscribeCov, invokeId ?? 0, classServices, rejected)
      else {
        if (!same) askers.push({ address, processId: payload.subscriberProcessId, object })
        server.simpleAckResponse(to, subscribeCov, invokeId ?? 0)
      }
    })
  })
  /** Tells all who asked about an object what it says now (clause 13.7). */
  const change = (type: number, instance: number): void => {
    for (const { address, processId, object } of askers) {
      if (object.type !== type || object.instance !== instance) continue
      const value = find(object)?.properties[presentValue] ?? []
      const values = [{ property: { id: presentValue }, value }]
      server.unconfirmedCOVNotification({ address }, processId, own?.instance ?? 0, object, 900, values)
    }
  }
  const close = async () => {
    if (isOpen) server.close()
    isOpen = false
  }
  return { port, questions: () => questions, askers: () => askers.length, change, close }
}
