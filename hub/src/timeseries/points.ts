import { PointDescriptor } from '@steward/shared/model'
import type { Kysely } from 'kysely'
import { z } from 'zod'

/** What the points of a device are, as its agent told last; one row a device, since they are told and read together. */
export type PointTables = { device_points: { site: string; device: string; at: number; points: string } }

type Db = Kysely<PointTables>

const Points = z.array(PointDescriptor)

/** Replaces what is known of a device's points, unless it was told later; within the transaction of a batch. */
export async function filePoints(
  db: Db,
  it: { site: string; device: string; at: number; points: readonly PointDescriptor[] },
): Promise<void> {
  const { site, device, at } = it
  const points = JSON.stringify(it.points)
  await db
    .insertInto('device_points')
    .values({ site, device, at, points })
    .onConflict((conflict) =>
      conflict.columns(['site', 'device']).doUpdateSet({ at, points }).where('device_points.at', '<=', at),
    )
    .execute()
}

export async function pointsOf(db: Db, site: string, device: string): Promise<PointDescriptor[]> {
  const row = await db
    .selectFrom('device_points')
    .select('points')
    .where('site', '=', site)
    .where('device', '=', device)
    .executeTakeFirst()
  return row === undefined ? [] : Points.parse(JSON.parse(row.points))
}
