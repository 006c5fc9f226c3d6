/** What the agents of a site told since a time, read from where it is filed. */
import { type DiagnosisInput, MarkInput } from '@steward/shared/diagnosis'
import { DeviceState } from '@steward/shared/model'
import { sql } from 'kysely'
import { maintenanceSpans } from '../../inventory/index.ts'
import type { FaultsDb } from '../rows.ts'
import type { Seen } from './gather.ts'
import { type MaintainedFrom, maintenanceSeen } from './maintained.ts'

const dayMs = 86_400_000

/**
 * Everything after `from` in order of time, and at its first instant how things stood then; of maintenance also what begins
 * or ends within a day.
 */
export async function readSeen(
  db: FaultsDb,
  it: { site: string; from: number; now: number } & Pick<MaintainedFrom, 'devices' | 'maintained'>,
): Promise<Seen[]> {
  const { site, from, devices, maintained } = it
  const spans = await maintenanceSpans(db, site, { from, to: it.now + dayMs })
  const seen: Seen[] = [
    ...(await statesSeen(db, site, from)),
    ...(await marksSeen(db, site, from)),
    ...maintenanceSeen(spans, { from: from + 1, devices, maintained }),
  ]
  // In the order in which it happened, also what counts as of the first instant.
  seen.sort((a, b) => a.at - b.at)
  return seen.map(({ at, input }) => ({ at: Math.max(at, from + 1), input }))
}

async function statesSeen(db: FaultsDb, site: string, from: number): Promise<Seen[]> {
  // That a silent agent's devices are unknown is the hub's own word, by which nothing opens or closes.
  const isTold = sql<boolean>`not (state = 'unknown' and at in (select since from silent_agents where site = ${site}))`
  const told = db.selectFrom('device_states').where('site', '=', site).where(isTold)
  const before = await told
    .select(['device', 'state', sql<number>`max(at)`.as('at')])
    .where('at', '<=', from)
    .groupBy('device')
    .execute()
  const after = await told.select(['device', 'state', 'at']).where('at', '>', from).execute()
  return [...before, ...after].flatMap(({ device, at, state }) =>
    stateInputs(device, DeviceState.parse(state)).map((input) => ({ at, input })),
  )
}

/** What answers is no longer unmanageable, as at the agent. */
function stateInputs(device: string, state: DeviceState): DiagnosisInput[] {
  return state === 'up'
    ? [
        { device, state },
        { device, unmanageable: false },
      ]
    : [{ device, state }]
}

async function marksSeen(db: FaultsDb, site: string, from: number): Promise<Seen[]> {
  const rows = await db
    .selectFrom('device_marks')
    .select(['device', 'mark', 'at', 'input'])
    .where('site', '=', site)
    .orderBy('at')
    .execute()
  const last = new Map(rows.filter((it) => it.at <= from).map((it) => [`${it.device} ${it.mark}`, it]))
  const after = rows.filter((it) => it.at > from)
  return [...last.values(), ...after].map(({ at, input }) => ({ at, input: MarkInput.parse(JSON.parse(input)) }))
}
