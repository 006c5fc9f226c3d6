import { z } from 'zod'
import { DeviceModel, PollingSettings, Slug, SystemModel, TimeZone, Title } from '../model/index.ts'
import { DeadManSettings, MailSettings, RecipientInput } from './alerts.ts'
import { pageOf } from './page.ts'

export const CustomerInput = z.object({ id: Slug, name: Title, contact: z.string().max(500).default('') })
export const Customer = CustomerInput.extend({ sites: z.int() })
export type Customer = z.infer<typeof Customer>
export const CustomerList = pageOf(Customer)

export const SiteInput = z.object({
  id: Slug,
  name: Title,
  customer: Slug,
  timezone: TimeZone.default('Asia/Shanghai'),
  address: z.string().max(300).default(''),
  settings: PollingSettings.prefault({}),
  systems: z.array(SystemModel).max(200).default([]),
})
export type SiteInput = z.infer<typeof SiteInput>

/** `steward apply FILE.yaml`: what shall be. What the file does not name stays as it is. */
export const ApplyDocument = z.object({
  customers: z.array(CustomerInput).max(1000).default([]),
  sites: z
    .array(SiteInput.extend({ devices: z.array(DeviceModel).max(20_000).default([]) }))
    .max(1000)
    .default([]),
  recipients: z.array(RecipientInput).max(1000).default([]),
  mail: MailSettings.optional(),
  deadMan: DeadManSettings.optional(),
})
export type ApplyDocument = z.infer<typeof ApplyDocument>

/** One difference between what is and what shall be; with `dryRun` nothing is changed. */
export const ApplyChange = z.object({
  action: z.enum(['create', 'update', 'unchanged']),
  kind: z.enum(['customer', 'site', 'device', 'recipient', 'mail', 'dead-man']),
  id: z.string(),
  fields: z.array(z.object({ field: z.string(), from: z.string(), to: z.string() })),
})
export const ApplyResult = z.object({ dryRun: z.boolean(), changes: z.array(ApplyChange) })
export type ApplyResult = z.infer<typeof ApplyResult>

/** CSV import: the text and the site it is for; every bad line is named, none is taken unless all are good. */
export const ImportRequest = z.object({ csv: z.string().max(2_000_000), dryRun: z.boolean().default(true) })
export const ImportResult = ApplyResult.extend({
  errors: z.array(z.object({ line: z.int(), column: z.string(), message: z.string() })),
})
