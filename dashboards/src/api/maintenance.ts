import { MaintenanceEntryList, Silence, type SilenceInput, SilenceList } from '@steward/shared/api'
import { type MaintenanceInput, MaintenanceWindow } from '@steward/shared/model'
import { type QueryClient, queryOptions } from '@tanstack/react-query'
import { z } from 'zod'
import { call, v1 } from './call.ts'

const Nothing = z.null()
/** Others plan as well. */
const lookAgainMs = 60_000

/** Maintenance windows of a site, or of all. */
export const maintenanceQuery = (site?: string) =>
  queryOptions({
    queryKey: ['maintenance', site ?? ''],
    queryFn: async ({ signal }) =>
      (await call('GET', v1('maintenance'), { answer: MaintenanceEntryList, query: { site }, signal })).items,
    refetchInterval: lookAgainMs,
  })

/** Silences of a site with those of its customer, or of all. */
export const silencesQuery = (site?: string) =>
  queryOptions({
    queryKey: ['silences', site ?? ''],
    queryFn: async ({ signal }) =>
      (await call('GET', v1('silences'), { answer: SilenceList, query: { site }, signal })).items,
    refetchInterval: lookAgainMs,
  })

export const addMaintenance = (site: string, body: z.input<typeof MaintenanceInput>) =>
  call('POST', v1('sites', site, 'maintenance'), { answer: MaintenanceWindow, body })

export const changeMaintenance = (site: string, window: string, body: z.input<typeof MaintenanceInput>) =>
  call('PUT', v1('sites', site, 'maintenance', window), { answer: MaintenanceWindow, body })

/** Ends what is under way; a window that recurs comes again. */
export const endMaintenance = (site: string, window: string) =>
  call('POST', v1('sites', site, 'maintenance', window, 'end'), { answer: MaintenanceWindow })

export const removeMaintenance = (site: string, window: string) =>
  call('DELETE', v1('sites', site, 'maintenance', window), { answer: Nothing })

export const addSilence = (body: z.input<typeof SilenceInput>) =>
  call('POST', v1('silences'), { answer: Silence, body })

export const changeSilence = (id: string, body: z.input<typeof SilenceInput>) =>
  call('PUT', v1('silences', id), { answer: Silence, body })

/** Ends a silence with all that would come of it. */
export const removeSilence = (id: string) => call('DELETE', v1('silences', id), { answer: Silence })

/** Ends what holds now; a silence that recurs comes again. */
export const endSilence = (id: string) => call('POST', v1('silences', id, 'end'), { answer: Silence })

/** What shows maintenance or silence is asked for again. */
export async function renewPlan(client: QueryClient): Promise<void> {
  const keys = ['maintenance', 'silences', 'devices', 'device', 'faults', 'fault']
  await Promise.all(keys.map((key) => client.invalidateQueries({ queryKey: [key] })))
}
