import { z } from 'zod'

export const Role = z.enum(['administrator', 'dispatcher', 'engineer', 'customer'])
export type Role = z.infer<typeof Role>

/** What may be done; also the scopes of an API key. */
export const Permission = z.enum(['read', 'operate', 'configure', 'connect', 'administer'])
export type Permission = z.infer<typeof Permission>

/** Deny by default: a role may do what stands here and nothing else. */
export const permissionsOf: Readonly<Record<Role, readonly Permission[]>> = {
  administrator: ['read', 'operate', 'configure', 'connect', 'administer'],
  dispatcher: ['read', 'operate'],
  engineer: ['read', 'operate', 'connect'],
  customer: ['read'],
}
