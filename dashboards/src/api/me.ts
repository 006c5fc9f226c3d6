import type { Permission } from '@steward/shared/model'
import { useSuspenseQuery } from '@tanstack/react-query'
import { meQuery } from './access.ts'

/** Who is signed in; only below the shell, which asks first. */
export function useMe() {
  return useSuspenseQuery(meQuery).data
}

/** What the app offers; the hub checks each request again. */
export function useCan(): (permission: Permission) => boolean {
  const { permissions } = useMe()
  return (permission) => permissions.includes(permission)
}

/** Settings of the company are for its own administrators, not for those of one customer. */
export function useIsCompanyAdministrator(): boolean {
  const { person } = useMe()
  return person?.memberships.some((it) => it.role === 'administrator' && it.customer === null) ?? false
}
