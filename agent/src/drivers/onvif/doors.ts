/** Doors and access points (Profiles A and C) of door controllers. */
import { TopologyFindings } from '@steward/shared/topology'
import type { LearnedPoint } from '../contract.ts'
import type { Extra } from './extras.ts'
import type { Ask, Services } from './services.ts'
import { attribute, child, children, escapeXml, namespaces, textAt, type XmlNode } from './soap.ts'

const { tac, tdc } = namespaces
/** Each is a question at each poll; lists come in pages. */
const maxItems = 32
const maxPages = 4

type List = { namespace: string; operation: string; item: string }
const doorList: List = { namespace: tdc, operation: 'GetDoorInfoList', item: 'DoorInfo' }
const accessList: List = { namespace: tac, operation: 'GetAccessPointInfoList', item: 'AccessPointInfo' }

type Item = { token: string; name: string; capabilities: XmlNode | undefined }

/** All of a list that comes in pages (Door Control, section 5.2.4; Access Control, section 5.2.4). */
async function itemsOf(ask: Ask, at: NonNullable<Services['doors']>, list: List): Promise<Item[]> {
  const found: Item[] = []
  let start = ''
  for (let page = 0; page < maxPages && found.length < maxItems; page += 1) {
    const from = start === '' ? '' : `<StartReference>${escapeXml(start)}</StartReference>`
    const body = await ask(at, `<${list.operation} xmlns="${list.namespace}">${from}</${list.operation}>`)
    const answer = child(body ?? undefined, `${list.operation}Response`)
    for (const it of children(answer, list.item)) {
      const capabilities = child(it, 'Capabilities')
      found.push({ token: attribute(it, 'token'), name: textAt(it, 'Name').slice(0, 100), capabilities })
    }
    start = textAt(answer, 'NextStartReference')
    if (start === '') break
  }
  return found.slice(0, maxItems)
}

/** Where it stands in DoorState, which capability tells whether it does, and which words are faults (section 5.2.5). */
type Part = {
  id: string
  name: string
  path: readonly string[]
  capability: string
  states: readonly string[]
  bad: readonly string[]
}
const parts: readonly Part[] = [
  { ...told('state', 'Door contact', 'DoorMonitor', 'DoorPhysicalState'), states: ['open', 'closed'], bad: ['fault'] },
  { ...told('lock', 'Door lock', 'LockMonitor', 'LockPhysicalState'), states: ['locked', 'unlocked'], bad: ['fault'] },
  {
    ...told('alarm', 'Door alarm', 'Alarm', 'Alarm'),
    states: ['normal'],
    bad: ['door-forced-open', 'door-open-too-long'],
  },
  {
    ...told('tamper', 'Door tamper', 'Tamper', 'Tamper', 'State'),
    states: ['not-in-tamper'],
    bad: ['tamper-detected'],
  },
  { ...told('fault', 'Door fault', 'Fault', 'Fault', 'State'), states: ['not-in-fault'], bad: ['fault-detected'] },
  {
    ...told('mode', 'Door mode', '', 'DoorMode'),
    states: ['locked', 'unlocked', 'accessed', 'blocked', 'locked-down', 'locked-open', 'double-locked'],
    bad: [],
  },
]

function told(id: string, name: string, capability: string, ...path: string[]) {
  return { id, name, capability, path }
}

/** `DoorOpenTooLong` as a state's word: `door-open-too-long`. */
function wordOf(written: string): string {
  return written
    .replace(/([a-z])([A-Z])/g, '$1-$2')
    .toLowerCase()
    .slice(0, 60)
}

export async function learnDoors(ask: Ask, { doors }: Services): Promise<Extra | null> {
  if (doors === null) return null
  const known = (await itemsOf(ask, doors, doorList)).map((door, at) => {
    const own = parts.filter(
      ({ capability }) => capability === '' || attribute(door.capabilities, capability) !== 'false',
    )
    const points = own.map((part): [Part, LearnedPoint] => [part, pointOf(part, `door.${at + 1}`, door)])
    return { token: door.token, points }
  })
  return {
    points: known.flatMap((it) => it.points.map(([, point]) => point)),
    async read(ask, into) {
      for (const { token, points } of known) {
        const question = `<GetDoorState xmlns="${tdc}"><Token>${escapeXml(token)}</Token></GetDoorState>`
        const body = await ask(doors, question, points[0]?.[1].id ?? '')
        const state = child(child(body ?? undefined, 'GetDoorStateResponse'), 'DoorState')
        for (const [{ path }, { id }] of points) {
          const written = textAt(state, ...path)
          into.values[id] = written === '' ? null : wordOf(written)
        }
      }
    },
  }
}

function pointOf({ id, name, states, bad }: Part, door: string, of: Item): LearnedPoint {
  const words = [...states, ...bad, 'unknown']
  const point = { id: `${door}.${id}`, class: 'state', instance: of.name || of.token, name, unit: '', states: words }
  return bad.length === 0 ? point : { ...point, watch: { isDirect: true, states: bad } }
}

/** Whether a reader's way in is in use (Access Control, section 5.2.5). */
export async function learnAccessPoints(ask: Ask, { access }: Services): Promise<Extra | null> {
  if (access === null) return null
  const known = (await itemsOf(ask, access, accessList)).map(({ token, name }, at) => ({
    token,
    point: {
      ...{ id: `entrance.${at + 1}.state`, class: 'state', instance: name || token, name: 'Entrance', unit: '' },
      states: ['enabled', 'disabled'],
    },
  }))
  return {
    points: known.map((it) => it.point),
    // An access point is one side of a door: where the reader is, and by whose name people know it.
    topology: TopologyFindings.parse({ readers: known.map((it) => ({ name: it.point.instance })) }),
    async read(ask, into) {
      for (const { token, point } of known) {
        const question = `<GetAccessPointState xmlns="${tac}"><Token>${escapeXml(token)}</Token></GetAccessPointState>`
        const body = await ask(access, question, point.id)
        const state = child(child(body ?? undefined, 'GetAccessPointStateResponse'), 'AccessPointState')
        const enabled = textAt(state, 'Enabled')
        into.values[point.id] = enabled === '' ? null : /^(?:true|1)$/.test(enabled) ? 'enabled' : 'disabled'
      }
    },
  }
}
