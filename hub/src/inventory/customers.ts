import type { Customer, CustomerInput } from '@steward/shared/api'
import { StewardError } from '@steward/shared/errors'
import type { Kysely } from 'kysely'
import type { z } from 'zod'
import { covers, type Scope } from '../access/index.ts'
import { isForeignKeyViolation } from '../db/index.ts'
import type { InventoryTables } from './schema.ts'

type Db = Kysely<InventoryTables>

export async function listCustomers(db: Db, scope: Scope): Promise<Customer[]> {
  const rows = await db
    .selectFrom('customers')
    .leftJoin('sites', 'sites.customer', 'customers.id')
    .select((it) => [
      'customers.id',
      'customers.name',
      'customers.contact',
      it.fn.count<number>('sites.id').as('sites'),
    ])
    .groupBy('customers.id')
    .orderBy('customers.name')
    .execute()
  return rows.filter((row) => covers(scope, row.id)).map((row) => ({ ...row, sites: Number(row.sites) }))
}

export async function findCustomer(db: Db, id: string): Promise<z.output<typeof CustomerInput> | null> {
  const row = await db.selectFrom('customers').select(['id', 'name', 'contact']).where('id', '=', id).executeTakeFirst()
  return row ?? null
}

export async function putCustomer(db: Db, customer: z.output<typeof CustomerInput>, now: number): Promise<void> {
  await db
    .insertInto('customers')
    .values({ ...customer, created_at: now })
    .onConflict((it) => it.column('id').doUpdateSet({ name: customer.name, contact: customer.contact }))
    .execute()
}

export async function removeCustomer(db: Db, id: string): Promise<void> {
  const sites = await db.selectFrom('sites').select('id').where('customer', '=', id).limit(1).execute()
  if (sites.length > 0)
    throw new StewardError('input/conflict', `The customer "${id}" still has sites; remove those first.`)
  try {
    await db.deleteFrom('customers').where('id', '=', id).execute()
  } catch (error) {
    if (!isForeignKeyViolation(error)) throw error
    throw new StewardError('input/conflict', `People still have roles at the customer "${id}"; take those away first.`)
  }
}
