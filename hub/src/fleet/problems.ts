import type { Agent } from '@steward/shared/api'
import type { AgentRecordOf, ConfigReceipt } from '@steward/shared/wire'
import type { Kysely } from 'kysely'
import type { FleetTables } from './schema.ts'

type Db = Kysely<FleetTables>
type Problem = Agent['problems'][number]

/** More than a person reads; a broken agent must not fill the database. */
const maxAnAgent = 1000

/** Files what an agent asks to have mended, or that it is mended; within the transaction of its batch. */
export async function fileProblem(db: Db, agent: string, record: AgentRecordOf<'problem'>): Promise<void> {
  const { key, code, device, message, at } = record
  const known = db.deleteFrom('agent_problems').where('agent', '=', agent).where('source', '=', 'agent')
  if (record.over) {
    await known.where('key', '=', key).execute()
    return
  }
  const { count } = await db
    .selectFrom('agent_problems')
    .select((it) => it.fn.countAll<number>().as('count'))
    .where('agent', '=', agent)
    .executeTakeFirstOrThrow()
  if (count >= maxAnAgent) return
  await db
    .insertInto('agent_problems')
    .values({ agent, source: 'agent', key, code, device: device ?? null, message, since: at })
    // Since when it is so stays what it was.
    .onConflict((it) => it.columns(['agent', 'source', 'key']).doUpdateSet({ code, device: device ?? null, message }))
    .execute()
}

/** Files how far the clock of an agent's machine is off in milliseconds (ahead: above 0), or that it is right again. */
export async function fileClock(db: Db, agent: string, skewMs: number, now: number): Promise<void> {
  const key = 'clock'
  if (skewMs === 0) {
    await db
      .deleteFrom('agent_problems')
      .where('agent', '=', agent)
      .where('source', '=', 'hub')
      .where('key', '=', key)
      .execute()
    return
  }
  const minutes = Math.round(Math.abs(skewMs) / 60_000)
  const message = `The clock of the agent's machine is ${minutes} min ${skewMs > 0 ? 'ahead' : 'behind'}; its times are corrected. Set the clock (NTP).`
  await db
    .insertInto('agent_problems')
    .values({ agent, source: 'hub', key, code: 'fleet/clock-wrong', device: null, message, since: now })
    .onConflict((it) => it.columns(['agent', 'source', 'key']).doUpdateSet({ message }))
    .execute()
}

/** Replaces what the agent found wrong in its configuration by what it finds wrong in this one. */
export async function fileReceipt(db: Db, agent: string, receipt: ConfigReceipt, now: number): Promise<void> {
  await db.transaction().execute(async (within) => {
    const before = await within
      .deleteFrom('agent_problems')
      .where('agent', '=', agent)
      .where('source', '=', 'config')
      .returning(['key', 'since'])
      .execute()
    const since = new Map(before.map((it) => [it.key, it.since]))
    for (const [index, { item, code, message }] of receipt.problems.entries()) {
      const key = `${index}:${item}`.slice(0, 200)
      await within
        .insertInto('agent_problems')
        .values({
          agent,
          source: 'config',
          key,
          code,
          device: deviceOf(item),
          message,
          since: since.get(key) ?? now,
        })
        .execute()
    }
    await within.updateTable('agents').set({ config_revision: receipt.revision }).where('id', '=', agent).execute()
  })
}

/** An item of a configuration is named `devices/cam-07`, with what is wrong in it behind. */
function deviceOf(item: string): string | null {
  return /^devices?[/.]([a-z0-9][a-z0-9._-]*)/.exec(item)?.[1] ?? null
}

export async function problemsOfAgents(db: Db, agents: readonly string[]): Promise<Map<string, Problem[]>> {
  if (agents.length === 0) return new Map()
  const rows = await db
    .selectFrom('agent_problems')
    .selectAll()
    .where('agent', 'in', [...agents])
    .orderBy('since')
    .orderBy('key')
    .execute()
  const byAgent = Map.groupBy(rows, (it) => it.agent)
  return new Map(
    [...byAgent].map(([agent, its]) => [
      agent,
      its.map(({ key, code, device, message, since }) => ({
        key,
        code,
        device,
        message,
        since: new Date(since).toISOString(),
      })),
    ]),
  )
}

/** What is wrong with a device, as the site's working agent says. */
export async function problemsOfDevice(
  db: Db,
  site: string,
  device: string,
): Promise<{ code: string; message: string; since: string }[]> {
  const rows = await db
    .selectFrom('agent_problems')
    .innerJoin('agents', 'agents.id', 'agent_problems.agent')
    .select(['agent_problems.code', 'agent_problems.message', 'agent_problems.since'])
    .where('agents.site', '=', site)
    .where('agents.revoked_at', 'is', null)
    .where('agent_problems.device', '=', device)
    .orderBy('agent_problems.since')
    .limit(50)
    .execute()
  return rows.map(({ code, message, since }) => ({ code, message, since: new Date(since).toISOString() }))
}
