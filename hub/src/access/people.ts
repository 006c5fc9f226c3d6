import type { Membership, Person } from '@steward/shared/api'
import { StewardError } from '@steward/shared/errors'
import { Role } from '@steward/shared/model'
import { type Kysely, sql } from 'kysely'
import type { Identity } from './identity.ts'
import { checkMemberships, setMemberships } from './memberships.ts'
import { covers, type Scope } from './principal.ts'
import type { AccessTables } from './schema.ts'

type Db = Kysely<AccessTables>

/** The people whose memberships lie within the scope; a scope of customers sees those customers' people only. */
export async function listPeople(db: Db, scope: Scope): Promise<Person[]> {
  const [users, memberships, disabled, seen] = await Promise.all([
    db.selectFrom('user').select(['id', 'name', 'email', 'twoFactorEnabled']).orderBy('name').execute(),
    db.selectFrom('memberships').selectAll().execute(),
    db.selectFrom('people_disabled').select('person').execute(),
    db
      .selectFrom('session')
      .select(['userId', sql<string>`max("updatedAt")`.as('at')])
      .groupBy('userId')
      .execute(),
  ])
  const off = new Set(disabled.map((it) => it.person))
  const lastSeen = new Map(seen.map((it) => [it.userId, it.at]))
  const byPerson = Map.groupBy(memberships, (it) => it.person)
  return users
    .map((user): Person => {
      const own = (byPerson.get(user.id) ?? []).map(
        (it): Membership => ({ role: Role.parse(it.role), customer: it.customer }),
      )
      const at = lastSeen.get(user.id)
      return {
        id: user.id,
        name: user.name,
        email: user.email,
        memberships: own,
        twoFactor: user.twoFactorEnabled === 1,
        disabled: off.has(user.id),
        lastSeenAt: at === undefined ? null : new Date(at).toISOString(),
      }
    })
    .filter((person) => scope.all || isWithin(person, scope))
}

function isWithin(person: Person, scope: Scope): boolean {
  return (
    person.memberships.length > 0 &&
    person.memberships.every((it) => it.customer !== null && covers(scope, it.customer))
  )
}

export async function findPerson(db: Db, scope: Scope, id: string): Promise<Person> {
  const person = (await listPeople(db, scope)).find((it) => it.id === id)
  if (person === undefined) throw new StewardError('input/not-found', 'There is no such person.')
  return person
}

/**
 * Refuses an address that can sign in already, to whoever may see all people; an administrator of one customer is not told
 * who has access elsewhere.
 */
export async function refuseKnown(db: Db, scope: Scope, email: string): Promise<void> {
  if (!scope.all) return
  const known = await db.selectFrom('user').select('id').where('email', '=', email.toLowerCase()).executeTakeFirst()
  if (known !== undefined)
    throw new StewardError('input/conflict', `${email} can already sign in; change that person's roles instead.`)
}

/** Makes a person who can sign in, with these memberships. Throws `input/conflict` where the address is taken. */
export async function addPerson(
  db: Db,
  identity: Identity,
  person: { name: string; email: string; password: string; memberships: readonly Membership[] },
  now: number,
): Promise<string> {
  checkMemberships(person.memberships)
  const context = await identity.$context
  const email = person.email.toLowerCase()
  if ((await context.internalAdapter.findUserByEmail(email)) !== null) {
    throw new StewardError('input/conflict', `${email} can already sign in; change that person's roles instead.`)
  }
  const user = await context.internalAdapter.createUser(
    { name: person.name, email, emailVerified: true },
    { method: 'email-password' },
  )
  const password = await context.password.hash(person.password)
  await context.internalAdapter.linkAccount({ userId: user.id, accountId: user.id, providerId: 'credential', password })
  await setMemberships(db, user.id, person.memberships, now)
  return user.id
}
