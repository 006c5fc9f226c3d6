/** Learns a target once: who it is, which profiles fit, and therefore what to read from now on. */

import { isStewardError } from '@steward/shared/errors'
import type { Identity } from '@steward/shared/model'
import type { Findings, LearnedPoint } from '../../contract.ts'
import type { Ask } from '../ask.ts'
import type { Varbind } from '../engine/index.ts'
import type { Profile, SymbolSpec } from '../profiles/profile.ts'
import { isLayer, matchLength, selectProfiles } from '../profiles/select.ts'
import { textOf } from '../read/raw-text.ts'
import { learnIdentity } from './identity.ts'
import { boundsOf } from './limits.ts'
import { learnNeighbours, lldpRemoteTable, neighbourPoints } from './neighbours.ts'
import { learnPlace, placeTables } from './place/index.ts'
import { type Plan, pointIdOf, statesOf } from './plan.ts'
import { learnPorts } from './ports.ts'
import { type Learned, learnTable } from './tables.ts'

export { type Alike, type Course, createAlike } from './alike.ts'
export type { Plan, Read } from './plan.ts'

const sysDescr = '1.3.6.1.2.1.1.1.0'
const sysObjectId = '1.3.6.1.2.1.1.2.0'
const ifTable = '1.3.6.1.2.1.2.2.1'
/** A table that fails is left out; when this many in a row are not answered, it is the target and not the table. */
const silencesToGiveUp = 2
const maxPoints = 5000

/** Throws StewardError when the target does not answer, or refuses. */
export async function learnTarget(ask: Ask, all: readonly Profile[]): Promise<{ identity: Identity; plan: Plan }> {
  const system = await ask.get([sysDescr, sysObjectId])
  // Some tell their sysObjectID as text with a dot in front.
  const text = (oid: string): string => textOfMaybe(system.get(oid)).replace(/^\.(?=\d)/, '')
  const roots = all.flatMap((it) => (isAskable(it, text(sysObjectId)) ? it.detect : []))
  const present = await ask.present([...new Set([...roots, ifTable, ...placeTables])])
  const { layers, family } = selectProfiles(all, {
    sysObjectId: text(sysObjectId),
    sysDescr: text(sysDescr),
    answers: (root) => present.has(root),
  })
  const chosen = family === null ? layers : [family, ...layers]
  const identity = await learnIdentity(ask, chosen, text(sysObjectId))
  const errors: Plan['errors'] = []
  const learned = await learnSymbols(ask, chosen, errors)
  const kind = chosen.find((it) => it.kind !== null)?.kind ?? kindByRule(chosen, text(sysObjectId), text(sysDescr))
  const ports = present.has(ifTable) ? await learnPorts(ask) : []
  const told = present.has(lldpRemoteTable) ? await learnNeighbours(ask) : []
  const neighbours = neighbourPoints(told)
  const kept = firstOfEachId(learned).slice(0, maxPoints - neighbours.points.length)
  const pointAt = new Map(kept.map(({ read }) => [read.oid, read.point]))
  const findings: Findings = {
    ...(family === null ? {} : { profile: family.name }),
    ...(kind === null ? {} : { kind }),
    ports,
    neighbours: told,
    topology: await learnPlace(ask, present, ports, (oid) => pointAt.get(oid)),
  }
  const points = [...kept.map((it) => it.point), ...neighbours.points]
  return { identity, plan: { reads: kept.map((it) => it.read), fixed: neighbours.values, points, findings, errors } }
}

function kindByRule(profiles: readonly Profile[], objectId: string, description: string): Profile['kind'] {
  const fits = ({ sysObjectId, sysDescr }: Profile['kinds'][number]): boolean =>
    (sysObjectId === null || matchLength(sysObjectId, objectId) > 0) && sysDescr?.test(description) !== false
  return profiles.flatMap((it) => it.kinds).find(fits)?.kind ?? null
}

/** Layers are always asked about; a family only when it may be this one. */
function isAskable(profile: Profile, objectId: string): boolean {
  return (
    isLayer(profile) ||
    profile.sysObjectIds.length === 0 ||
    profile.sysObjectIds.some((it) => matchLength(it, objectId) > 0)
  )
}

async function learnSymbols(ask: Ask, profiles: readonly Profile[], errors: Plan['errors']): Promise<Learned[]> {
  const scalars = profiles.flatMap((it) => it.scalars)
  const values = await ask.get(scalars.map((it) => instanceOid(it.oid)))
  const learned = scalars.flatMap((spec) => {
    const found = values.get(instanceOid(spec.oid))
    return found === undefined ? [] : [learnScalar(spec, found)]
  })
  let silences = 0
  for (const table of profiles.flatMap((it) => it.tables)) {
    try {
      learned.push(...(await learnTable(ask, table)))
      silences = 0
    } catch (error) {
      const isSilence = isStewardError(error, 'driver/timeout')
      silences = isSilence ? silences + 1 : 0
      if (!isStewardError(error) || silences >= silencesToGiveUp || error.code === 'driver/refused-credentials')
        throw error
      errors.push({ point: table.symbols[0]?.id ?? '', message: error.message })
    }
  }
  return learned
}

/** Profiles write a scalar with or without its `.0`. */
function instanceOid(oid: string): string {
  return oid.endsWith('.0') ? oid : `${oid}.0`
}

const oneRow = { factor: 1, percentOf: null }
const none = new Map()

function learnScalar(spec: SymbolSpec, found: Varbind): Learned {
  const isRate = spec.rate === 'yes' || (spec.rate === 'by-type' && found.type.startsWith('counter'))
  const id = pointIdOf(spec.id, '0')
  const oid = instanceOid(spec.oid)
  return {
    read: {
      oid,
      point: id,
      spec,
      isRate,
      row: oneRow,
      most: null,
    },
    point: {
      id,
      class: spec.class,
      instance: '',
      name: spec.title,
      unit: spec.unit,
      ...statesOf(spec),
      ...boundsOf(spec, '0', oneRow, none),
      source: oid,
    } satisfies LearnedPoint,
  }
}

function firstOfEachId(learned: readonly Learned[]): Learned[] {
  const seen = new Set<string>()
  return learned.filter(({ point }) => {
    if (seen.has(point.id)) return false
    seen.add(point.id)
    return true
  })
}

function textOfMaybe(found: Varbind | undefined): string {
  return found === undefined ? '' : textOf(found)
}
