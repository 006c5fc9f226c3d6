/** What a device is and which objects it has. */
import type { Identity } from '@steward/shared/model'
import type { LearnedPoint } from '../contract.ts'
import { type Link, Refused } from './link.ts'
import {
  anyDevice,
  deviceType,
  kindOf,
  numberOf,
  type ObjectId,
  objectIdsOf,
  property,
  textOf,
  textsOf,
  type Unit,
  unitOf,
  type Value,
} from './objects.ts'

export type LearnedObject = {
  object: ObjectId
  kind: 'figure' | 'binary' | 'multi'
  unit: Unit
  words: string[]
  point: LearnedPoint
}
export type LearnedDevice = { identity: Identity; objects: LearnedObject[] }

/** A controller has hundreds; one that claims more is read in part. */
const maxObjects = 2000
const objectsAtOnce = 20

/** The device's own number: as configured, else as it tells when asked for whoever it is, else by Who-Is (clause 16.10). */
export async function instanceOf(link: Link, configured: number | undefined): Promise<number> {
  if (configured !== undefined) return configured
  try {
    const id = await link.readProperty({ type: deviceType, instance: anyDevice }, property.objectIdentifier)
    const [own] = objectIdsOf(id)
    if (own !== undefined) return own.instance
  } catch (error) {
    if (!(error instanceof Refused)) throw error
  }
  return link.whoIs()
}

/** Properties of many objects; what is too much at once is asked in halves, and at last one by one (clause 15.7). */
export async function readAll(
  link: Link,
  objects: readonly ObjectId[],
  properties: readonly number[],
): Promise<(Value[] | null)[][]> {
  const found: (Value[] | null)[][] = []
  for (let from = 0; from < objects.length; from += objectsAtOnce)
    found.push(...(await readSome(link, objects.slice(from, from + objectsAtOnce), properties)))
  return found
}

async function readSome(
  link: Link,
  objects: readonly ObjectId[],
  properties: readonly number[],
): Promise<(Value[] | null)[][]> {
  try {
    return await link.readMany(objects, properties)
  } catch (error) {
    if (!(error instanceof Refused)) throw error
  }
  const half = Math.ceil(objects.length / 2)
  const [object] = objects
  if (objects.length > 1 || object === undefined)
    return [
      ...(await readSome(link, objects.slice(0, half), properties)),
      ...(await readSome(link, objects.slice(half), properties)),
    ]
  const single: (Value[] | null)[] = []
  for (const it of properties) single.push(await readOne(link, object, it))
  return [single]
}

async function readOne(link: Link, object: ObjectId, id: number, index?: number): Promise<Value[] | null> {
  try {
    return await link.readProperty(object, id, index)
  } catch (error) {
    if (error instanceof Refused) return null
    throw error
  }
}

/** Whole where it fits into an answer, else element by element. */
async function objectListOf(link: Link, device: ObjectId): Promise<ObjectId[]> {
  const whole = await readOne(link, device, property.objectList)
  if (whole !== null) return objectIdsOf(whole)
  const count = Math.min(numberOf(await readOne(link, device, property.objectList, 0)) ?? 0, maxObjects)
  const found: ObjectId[] = []
  for (let index = 1; index <= count; index += 1)
    found.push(...objectIdsOf(await readOne(link, device, property.objectList, index)))
  return found
}

export async function learnDevice(link: Link, configured: number | undefined): Promise<LearnedDevice> {
  const device = { type: deviceType, instance: await instanceOf(link, configured) }
  const { vendorName, modelName, firmware, applicationVersion, objectName, serialNumber } = property
  const [own = []] = await readAll(
    link,
    [device],
    [vendorName, modelName, firmware, applicationVersion, objectName, serialNumber],
  )
  const [vendor, model, system, application, name, serial] = own.map((it) => textOf(it))
  const identity: Identity = {
    ...(vendor ? { vendor } : {}),
    ...(model ? { model } : {}),
    ...(system || application ? { firmware: system || application } : {}),
    ...(name ? { name } : {}),
    ...(serial ? { serial } : {}),
  }
  const objects = (await objectListOf(link, device)).filter((it) => kindOf(it) !== undefined).slice(0, maxObjects)
  return { identity, objects: await learnObjects(link, objects) }
}

async function learnObjects(link: Link, objects: readonly ObjectId[]): Promise<LearnedObject[]> {
  const figures = objects.filter((it) => kindOf(it)?.kind === 'figure')
  const binaries = objects.filter((it) => kindOf(it)?.kind === 'binary')
  const multis = objects.filter((it) => kindOf(it)?.kind === 'multi')
  const { objectName, description, units, activeText, inactiveText, stateText } = property
  const found: LearnedObject[] = []
  for (const [at, told] of (await readAll(link, figures, [objectName, description, units])).entries())
    found.push(...learned(figures[at], told, [], unitOf(numberOf(told[2] ?? null))))
  for (const [at, told] of (
    await readAll(link, binaries, [objectName, description, inactiveText, activeText])
  ).entries())
    found.push(
      ...learned(binaries[at], told, [textOf(told[2] ?? null) || 'inactive', textOf(told[3] ?? null) || 'active']),
    )
  for (const [at, told] of (await readAll(link, multis, [objectName, description, stateText])).entries())
    found.push(...learned(multis[at], told, textsOf(told[2] ?? null)))
  return found
}

function learned(
  object: ObjectId | undefined,
  [name = null, description = null]: readonly (Value[] | null)[],
  words: string[],
  unit: Unit = unitOf(null),
): LearnedObject[] {
  const kind = object === undefined ? undefined : kindOf(object)
  if (object === undefined || kind === undefined) return []
  const id = `${kind.name}.${object.instance}`
  const point: LearnedPoint = {
    id,
    class: kind.kind === 'figure' ? unit.class : 'state',
    instance: String(object.instance),
    name: textOf(description) || textOf(name) || id,
    unit: unit.unit,
    source: `${kind.name},${object.instance}`,
    ...(kind.kind === 'figure' || words.length === 0
      ? {}
      : { states: words.slice(0, 100).map((it) => it.slice(0, 60)) }),
  }
  return [{ object, kind: kind.kind, unit, words: words.map((it) => it.slice(0, 60)), point }]
}
