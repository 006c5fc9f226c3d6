import { z } from 'zod'
import { MaintenanceFields, Slug, TimeZone, Title } from '../model/index.ts'
import { pageOf } from './page.ts'

/** A maintenance window with where it is; its local times are of `timezone`. `by`: who made it. */
export const MaintenanceEntry = MaintenanceFields.extend({
  site: Slug,
  siteName: Title,
  timezone: TimeZone,
  by: z.string(),
})
export type MaintenanceEntry = z.infer<typeof MaintenanceEntry>
export const MaintenanceEntryList = pageOf(MaintenanceEntry)

export const MaintenanceQuery = z.object({ site: Slug.optional() })
