import { StewardError } from '@steward/shared/errors'
import type { Access } from './access.ts'
import { isDisabled } from './memberships.ts'
import type { AccessTables } from './schema.ts'
import { newSecret } from './secrets.ts'

const livesMs = 3_600_000

/**
 * Lets a person in again who has lost password or second factor, where no mail can be sent or nobody else is left to help:
 * a link for a new password, valid for an hour. For whoever is at the hub's machine; every session of the person ends.
 */
export async function recoverPerson(access: Access, email: string): Promise<{ link: string }> {
  const { db, identity, platform } = access
  const address = email.toLowerCase()
  const user = await db.selectFrom('user').select('id').where('email', '=', address).executeTakeFirst()
  if (user === undefined) throw new StewardError('input/not-found', `Nobody here has the address ${email}.`)
  if (await isDisabled(db, user.id))
    throw new StewardError('input/conflict', `${email} is disabled; an administrator can enable this person again.`)
  await platform.db.transaction().execute(async (within) => {
    const tables = within.withTables<AccessTables>()
    await tables.deleteFrom('session').where('userId', '=', user.id).execute()
    await tables.deleteFrom('twoFactor').where('userId', '=', user.id).execute()
    await tables.updateTable('user').set({ twoFactorEnabled: 0 }).where('id', '=', user.id).execute()
    await platform.audit.write({ who: 'console', action: 'person.recover', target: address }, within)
  })
  platform.events.emit('access-revoked', { person: user.id })
  const token = newSecret()
  const context = await identity.$context
  await context.internalAdapter.createVerificationValue({
    value: user.id,
    identifier: `reset-password:${token}`,
    expiresAt: new Date(Date.now() + livesMs),
  })
  return { link: `${access.origin}/reset#${token}` }
}
