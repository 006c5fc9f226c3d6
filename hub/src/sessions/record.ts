import type { Kysely } from 'kysely'
import type { Audit } from '../audit/index.ts'
import { bytesOf, type LiveTunnel } from './live-tunnels.ts'
import type { SessionTables } from './schema.ts'

type Deps = { db: Kysely<unknown>; audit: Audit; now(): number }

/** Notes that a tunnel opened, in the audit log and among the open ones: both or neither. */
export async function recordOpening({ db, audit }: Deps, tunnel: LiveTunnel): Promise<void> {
  const { id, site, customer, device, port, reason, openedAt } = tunnel
  const who = tunnel.principal.name
  await db.transaction().execute(async (trx) => {
    const row = {
      id,
      site,
      customer,
      device,
      port,
      who,
      reason,
      opened_at: openedAt,
      streams: 0,
      up_bytes: 0,
      down_bytes: 0,
    }
    await trx.withTables<SessionTables>().insertInto('tunnels').values(row).execute()
    const detail = { tunnel: id, port, reason }
    await audit.write({ who, action: 'tunnel.open', site, customer, target: device, detail }, trx)
  })
}

/** Keeps the figures of a tunnel that lasts, so that they are known should the hub die. */
export async function recordFigures({ db }: Deps, tunnel: LiveTunnel): Promise<void> {
  const { upBytes, downBytes } = bytesOf(tunnel)
  await db
    .withTables<SessionTables>()
    .updateTable('tunnels')
    .set({ streams: tunnel.streams, up_bytes: upBytes, down_bytes: downBytes })
    .where('id', '=', tunnel.id)
    .execute()
}

export async function recordEnd({ db, audit, now }: Deps, tunnel: LiveTunnel, result: string): Promise<void> {
  const { id, site, customer, device, port, streams, refusals } = tunnel
  const seconds = Math.round((now() - tunnel.openedAt) / 1000)
  await db.transaction().execute(async (trx) => {
    await trx.withTables<SessionTables>().deleteFrom('tunnels').where('id', '=', id).execute()
    const detail = { tunnel: id, port, ...bytesOf(tunnel), connections: streams, refused: refusals, seconds, result }
    await audit.write(
      { who: tunnel.principal.name, action: 'tunnel.close', site, customer, target: device, detail },
      trx,
    )
  })
}

/** Closes in the audit log what the hub's own death cut off; bytes are those of the last note of them. */
export async function recordCutOff({ db, audit, now }: Deps): Promise<void> {
  await db.transaction().execute(async (trx) => {
    const tables = trx.withTables<SessionTables>()
    for (const row of await tables.selectFrom('tunnels').selectAll().execute()) {
      const seconds = Math.round((now() - row.opened_at) / 1000)
      const figures = { upBytes: row.up_bytes, downBytes: row.down_bytes, connections: row.streams }
      const detail = {
        tunnel: row.id,
        port: row.port,
        ...figures,
        seconds,
        result: 'the hub was killed; seconds count up to its next start',
      }
      await audit.write(
        { who: row.who, action: 'tunnel.close', site: row.site, customer: row.customer, target: row.device, detail },
        trx,
      )
    }
    await tables.deleteFrom('tunnels').execute()
  })
}
