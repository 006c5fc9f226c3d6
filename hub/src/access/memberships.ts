import type { Membership } from '@steward/shared/api'
import { StewardError } from '@steward/shared/errors'
import { Role } from '@steward/shared/model'
import type { Kysely } from 'kysely'
import { isForeignKeyViolation } from '../db/index.ts'
import type { AccessTables } from './schema.ts'

type Db = Kysely<AccessTables>

/** A customer's person belongs to a customer; the other roles may be the company's or one customer's. */
export function checkMemberships(memberships: readonly Membership[]): void {
  if (memberships.some((it) => it.role === 'customer' && it.customer === null)) {
    throw new StewardError('input/invalid', 'memberships: the role "customer" needs a customer.')
  }
}

export async function membershipsOf(db: Db, person: string): Promise<Membership[]> {
  const rows = await db.selectFrom('memberships').selectAll().where('person', '=', person).orderBy('role').execute()
  return rows.map((row) => ({ role: Role.parse(row.role), customer: row.customer }))
}

/** Replaces all memberships of a person. Refuses, in the same transaction, to take away the last administrator. */
export async function setMemberships(
  db: Db,
  person: string,
  memberships: readonly Membership[],
  now: number,
): Promise<void> {
  checkMemberships(memberships)
  await db.transaction().execute(async (within) => {
    await within.deleteFrom('memberships').where('person', '=', person).execute()
    for (const membership of memberships) await addMembership(within, person, membership, now)
    await keepAnAdministrator(within)
  })
}

async function addMembership(db: Db, person: string, { role, customer }: Membership, now: number): Promise<void> {
  try {
    await db
      .insertInto('memberships')
      .values({ person, role, customer, created_at: now })
      .onConflict((it) => it.doNothing())
      .execute()
  } catch (error) {
    if (!isForeignKeyViolation(error)) throw error
    throw new StewardError('input/invalid', `memberships: there is no customer "${customer}".`)
  }
}

export async function isDisabled(db: Db, person: string): Promise<boolean> {
  const row = await db.selectFrom('people_disabled').select('person').where('person', '=', person).executeTakeFirst()
  return row !== undefined
}

/** Takes a person's access away, or gives it back. */
export async function setDisabled(db: Db, person: string, disabled: boolean, now: number): Promise<void> {
  await db.transaction().execute(async (within) => {
    await within.deleteFrom('people_disabled').where('person', '=', person).execute()
    if (disabled) {
      await within.insertInto('people_disabled').values({ person, at: now }).execute()
      await within.deleteFrom('session').where('userId', '=', person).execute()
    }
    await keepAnAdministrator(within)
  })
}

async function keepAnAdministrator(db: Db): Promise<void> {
  const left = await db
    .selectFrom('memberships')
    .select('person')
    .where('role', '=', 'administrator')
    .where('customer', 'is', null)
    .where('person', 'not in', (it) => it.selectFrom('people_disabled').select('people_disabled.person'))
    .executeTakeFirst()
  if (left === undefined) {
    throw new StewardError(
      'access/last-administrator',
      'This is the last administrator of the company; make somebody else one first.',
    )
  }
}
