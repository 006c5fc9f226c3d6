/** Who asks, and which sites they may see: the one place where tenancy is decided. */
import type { Membership } from '@steward/shared/api'
import { StewardError } from '@steward/shared/errors'
import { type Permission, permissionsOf } from '@steward/shared/model'

/** A person signed in, or an API key. `customer` null: the service company with all its customers. */
export type Principal = {
  kind: 'person' | 'key'
  id: string
  name: string
  /** what it may do where; a person has one a membership, a key one */
  rights: readonly { customer: string | null; permissions: readonly Permission[] }[]
}

/** The customers whose sites may be touched with a permission; every query of a tenant's data takes one. */
export type Scope = { readonly all: true } | { readonly all: false; readonly customers: readonly string[] }

export function rightsOf(memberships: readonly Membership[]): Principal['rights'] {
  return memberships.map(({ role, customer }) => ({ customer, permissions: permissionsOf[role] }))
}

/** The scope of a principal for a permission, or null when it has that permission nowhere. */
export function siteScope(principal: Principal, permission: Permission): Scope | null {
  const rights = principal.rights.filter((it) => it.permissions.includes(permission))
  if (rights.some((it) => it.customer === null)) return { all: true }
  const customers = rights.map((it) => it.customer).filter((it) => it !== null)
  return customers.length === 0 ? null : { all: false, customers: [...new Set(customers)].sort() }
}

/** Whether a principal may give these rights to somebody: nobody gives what reaches beyond their own, in place or in kind. */
function mayGive(principal: Principal, rights: Principal['rights']): boolean {
  return rights.every(({ customer, permissions }) =>
    permissions.every((permission) => {
      const scope = siteScope(principal, permission)
      return scope !== null && (scope.all || (customer !== null && covers(scope, customer)))
    }),
  )
}

export function demandMayGive(principal: Principal, rights: Principal['rights']): void {
  if (!mayGive(principal, rights))
    throw new StewardError(
      'access/forbidden',
      'You cannot give rights beyond your own, or at customers that are not yours.',
    )
}

export function covers(scope: Scope, customer: string): boolean {
  return scope.all || scope.customers.includes(customer)
}
