import { z } from 'zod'
import { Instant, Language, Permission, Role, Slug, TimeZone, Title } from '../model/index.ts'
import { pageOf } from './page.ts'

/** `customer` null: the service company, all its customers. */
export const Membership = z.object({ role: Role, customer: Slug.nullable() })
export type Membership = z.infer<typeof Membership>

export const Person = z.object({
  id: z.string(),
  name: z.string(),
  email: z.string(),
  memberships: z.array(Membership),
  twoFactor: z.boolean(),
  disabled: z.boolean(),
  lastSeenAt: Instant.nullable(),
})
export type Person = z.infer<typeof Person>
export const PersonList = pageOf(Person)

/** Who am I, and what may I do. `permissions` over all my sites; the hub checks each request again. */
export const Me = z.object({
  person: Person.nullable(),
  key: z.object({ id: z.string(), name: z.string() }).nullable(),
  permissions: z.array(Permission),
  company: z.object({ name: z.string(), language: Language, timezone: TimeZone }),
})
export type Me = z.infer<typeof Me>

/** Whether the hub still waits for its first administrator. */
export const SetupState = z.object({ needed: z.boolean() })
export const SetupRequest = z.object({
  code: z.string().max(100),
  company: Title,
  language: Language.default('zh-CN'),
  timezone: TimeZone.default('Asia/Shanghai'),
  name: Title,
  email: z.email().max(254),
  password: z.string().min(12).max(200),
})
export type SetupRequest = z.infer<typeof SetupRequest>

export const InvitationRequest = z.object({
  email: z.email().max(254),
  memberships: z.array(Membership).min(1).max(50),
})
export const Invitation = z.object({
  id: z.string(),
  email: z.string(),
  memberships: z.array(Membership),
  createdAt: Instant,
  expiresAt: Instant,
  acceptedAt: Instant.nullable(),
})
export const InvitationList = pageOf(Invitation)
/** `link` is given once, for the case that no mail can be sent; its secret is in the fragment. */
export const InvitationCreated = Invitation.extend({ link: z.string() })
export const InvitationAccept = z.object({
  secret: z.string().max(100),
  name: Title,
  password: z.string().min(12).max(200),
})

export const ApiKeyRequest = z.object({
  name: Title,
  scopes: z.array(Permission).min(1),
  customer: Slug.nullable().default(null),
  expiresAt: Instant.nullable().default(null),
})
export const ApiKey = ApiKeyRequest.extend({ id: z.string(), createdAt: Instant, lastUsedAt: Instant.nullable() })
export type ApiKey = z.infer<typeof ApiKey>
export const ApiKeyList = pageOf(ApiKey)
export const ApiKeyCreated = ApiKey.extend({ key: z.string() })

export const CompanySettings = z.object({ name: Title, language: Language, timezone: TimeZone })

export const AuditEntry = z.object({
  id: z.string(),
  at: Instant,
  who: z.string(),
  action: z.string(),
  site: Slug.nullable(),
  target: z.string(),
  detail: z.record(z.string(), z.unknown()),
})
export type AuditEntry = z.infer<typeof AuditEntry>
export const AuditList = pageOf(AuditEntry)
