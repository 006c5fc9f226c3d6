/** Recorded BACnet/IP devices answering again, property by property, and what another parser read of them. */
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { z } from 'zod'

const Packet = z.object({ src: z.string(), hex: z.string().regex(/^[0-9a-f]+$/) })
/** ReadProperty's acknowledgement: invoke id, object, property, and the rest; and its question (clauses 15.5, 20.2). */
const acknowledged = /30([0-9a-f]{2})0c0c([0-9a-f]{8})19([0-9a-f]{2})(3e.*)$/
const asked = /(?:00|02)[0-9a-f]{2}([0-9a-f]{2})0c0c([0-9a-f]{8})19([0-9a-f]{2})$/
const [objectIdentifier, objectList] = ['4b', '4c']

export type RecordedDevice = {
  address: string
  /** object and property, in hexadecimal, to the answers in the order in which they came */
  answers: Map<string, string[]>
  objects: string[]
}

function newDevice(address: string): RecordedDevice {
  return { address, answers: new Map(), objects: [] }
}

export function readRecordedDevices(path: string): RecordedDevice[] {
  const devices = new Map<string, RecordedDevice>()
  for (const line of readFileSync(path, 'utf8').split('\n').filter(Boolean)) {
    const { src, hex } = Packet.parse(JSON.parse(line))
    const [, , object, property, value] = acknowledged.exec(hex) ?? []
    if (object === undefined || property === undefined || value === undefined) continue
    const [address = ''] = src.split(':')
    const device = devices.get(address) ?? newDevice(address)
    devices.set(address, device)
    if (!device.objects.includes(object)) device.objects.push(object)
    device.answers.set(object + property, [...(device.answers.get(object + property) ?? []), value])
  }
  return [...devices.values()]
}

/** The devices know ReadProperty alone; which objects there are was not recorded, and is told from the rest. */
export async function replayDevice({ answers, objects }: RecordedDevice) {
  const own = objects.find((it) => it.startsWith('02')) ?? '02000001'
  const seen = new Map<string, number>()
  const answerOf = (object: string, property: string): string | undefined => {
    if (property === objectIdentifier) return `3ec4${own}3f`
    if (property === objectList) return `3e${objects.map((it) => `c4${it}`).join('')}3f`
    const recorded = answers.get(object + property) ?? []
    const at = seen.get(object + property) ?? 0
    seen.set(object + property, at + 1)
    return recorded[at % recorded.length]
  }
  const socket = createSocket('udp4')
  socket.on('message', (message, from) => {
    const [, invoke = '', object = '', property = ''] = asked.exec(message.toString('hex')) ?? []
    const value = answerOf(object, property)
    const refused = `50${invoke}0c91029120`
    const apdu =
      invoke === ''
        ? `60${message.subarray(8, 9).toString('hex')}09`
        : value === undefined
          ? refused
          : `30${invoke}0c0c${object}19${property}${value}`
    const length = (6 + apdu.length / 2).toString(16).padStart(4, '0')
    socket.send(Buffer.from(`810a${length}0100${apdu}`, 'hex'), from.port, from.address)
  })
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  return {
    port: socket.address().port,
    close: () => new Promise<void>((resolve) => socket.close(() => resolve())),
  }
}

/** What the other parser says each device answered: `property` of `object`, in order. */
export function readLoggedAnswers(path: string): { address: string; property: string; value: string }[] {
  return readFileSync(path, 'utf8')
    .split('\n')
    .filter((it) => it !== '' && !it.startsWith('#'))
    .map((it) => it.split('\t'))
    .filter((it) => it[12] === 'read-property-ack')
    .map((it) => ({ address: it[7] ?? '', property: it[15] ?? '', value: it[17] ?? '' }))
}
