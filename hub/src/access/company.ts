import { createHash, randomInt, timingSafeEqual } from 'node:crypto'
import { CompanySettings } from '@steward/shared/api'
import { StewardError } from '@steward/shared/errors'
import type { Kysely } from 'kysely'
import type { z } from 'zod'
import type { AccessTables } from './schema.ts'

type Db = Kysely<AccessTables>
export type Company = z.output<typeof CompanySettings>

/** Before set-up there is no company; the sign-in page still needs a language. */
const beforeSetup: Company = { name: 'Steward', language: 'zh-CN', timezone: 'Asia/Shanghai' }

export async function readCompany(db: Db): Promise<Company> {
  const row = await db.selectFrom('company').select(['name', 'language', 'timezone']).executeTakeFirst()
  return row === undefined ? beforeSetup : CompanySettings.parse(row)
}

export async function writeCompany(db: Db, company: Company): Promise<void> {
  await db.updateTable('company').set(company).where('id', '=', 1).execute()
}

export async function isSetUp(db: Db): Promise<boolean> {
  return (await db.selectFrom('company').select('id').executeTakeFirst()) !== undefined
}

/** Claims the set-up: exactly one caller succeeds, also when two come at once. */
export async function claimSetup(db: Db, company: Company, now: number): Promise<void> {
  const row = await db
    .insertInto('company')
    .values({ id: 1, ...company, setup_at: now })
    .onConflict((it) => it.doNothing())
    .returning('id')
    .executeTakeFirst()
  if (row === undefined) throw new StewardError('input/conflict', 'This hub is set up already; sign in instead.')
}

export async function returnSetup(db: Db): Promise<void> {
  await db.deleteFrom('company').where('id', '=', 1).execute()
}

/** No letters or digits that are taken for one another. */
const alphabet = 'ABCDEFGHJKLMNPQRSTUVWXYZ23456789'

/** The one-time code that the console shows: 60 bits, typed by a person. Ten wrong tries and a new start of the hub is needed. */
export function createSetupCode(): { code: string; matches: (given: string) => boolean } {
  const code = Array.from(
    { length: 12 },
    (_, i) => (i > 0 && i % 4 === 0 ? '-' : '') + alphabet[randomInt(alphabet.length)],
  ).join('')
  let triesLeft = 10
  const digest = (it: string) =>
    createHash('sha256')
      .update(it.toUpperCase().replace(/[^A-Z0-9]/g, ''))
      .digest()
  return {
    code,
    matches: (given) => {
      if (triesLeft <= 0) return false
      const right = timingSafeEqual(digest(given), digest(code))
      if (!right) triesLeft -= 1
      return right
    },
  }
}
