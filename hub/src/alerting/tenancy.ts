import { StewardError } from '@steward/shared/errors'
import type { FastifyRequest } from 'fastify'
import { scopeOf } from '../http/index.ts'
import { type InventoryTables, listSites } from '../inventory/index.ts'
import type { Alerting } from './alerting.ts'
import { findRecipient, type StoredRecipient } from './recipients.ts'

/** The sites that the request may touch; null for all of them. */
export async function sitesOf(alerting: Alerting, request: FastifyRequest): Promise<string[] | null> {
  const scope = scopeOf(request)
  if (scope.all) return null
  const sites = await listSites(alerting.platform.db.withTables<InventoryTables>(), scope)
  return sites.map((it) => it.id)
}

/** A recipient belongs to those who may touch all its sites; one for every site to the whole company only. */
export function isWithin(recipient: { sites: readonly string[] }, sites: readonly string[] | null): boolean {
  if (sites === null) return true
  return recipient.sites.length > 0 && recipient.sites.every((it) => sites.includes(it))
}

/** The recipient, or `input/not-found`: what is not there and what is not yours look alike. */
export async function needRecipient(alerting: Alerting, request: FastifyRequest, id: string): Promise<StoredRecipient> {
  const recipient = await findRecipient(alerting.db, id)
  if (recipient !== null && isWithin(recipient, await sitesOf(alerting, request))) return recipient
  throw new StewardError('input/not-found', 'There is no such recipient.')
}

/** Refuses a recipient that would be told of sites which are not the caller's. */
export async function refuseSitesBeyond(
  alerting: Alerting,
  request: FastifyRequest,
  input: { sites: readonly string[] },
): Promise<void> {
  if (isWithin(input, await sitesOf(alerting, request))) return
  throw new StewardError('access/forbidden', 'Name the sites that this recipient is told of, all of them your own.')
}

/** Mail and dead-man belong to the service company as a whole. */
export function needCompany(request: FastifyRequest): void {
  if (scopeOf(request).all) return
  throw new StewardError('access/forbidden', 'Only an administrator of the service company may do this.')
}
