import {
  Customer,
  type CustomerInput,
  CustomerList,
  ImportResult,
  SiteAvailability,
  SiteCapability,
  SiteDetail,
  SiteInput,
  SiteList,
  type SiteSummary,
  SiteTopology,
} from '@steward/shared/api'
import { queryOptions } from '@tanstack/react-query'
import { z } from 'zod'
import { call, v1 } from './call.ts'

const Nothing = z.null()
const pageSize = 1000

/** Every site that I may see, worst first. */
export const sitesQuery = queryOptions({
  queryKey: ['sites'],
  queryFn: async ({ signal }): Promise<SiteSummary[]> => {
    const sites: SiteSummary[] = []
    let next: string | null = null
    do {
      const page: z.output<typeof SiteList> = await call('GET', v1('sites'), {
        answer: SiteList,
        query: { limit: pageSize, next: next ?? undefined },
        signal,
      })
      sites.push(...page.items)
      next = page.next
    } while (next !== null)
    return sites
  },
})

export const siteQuery = (site: string) =>
  queryOptions({
    queryKey: ['site', site],
    queryFn: ({ signal }) => call('GET', v1('sites', site), { answer: SiteDetail, signal }),
  })

/** Who needs whom. */
export const topologyQuery = (site: string) =>
  queryOptions({
    queryKey: ['topology', site],
    queryFn: async ({ signal }) =>
      (await call('GET', v1('sites', site, 'topology'), { answer: SiteTopology, signal })).devices,
  })

/** A month (`2026-11`) of a site, or of one device of it with its days. */
export const availabilityQuery = (site: string, query: { month?: string | undefined; device?: string | undefined }) =>
  queryOptions({
    queryKey: ['availability', site, query],
    queryFn: ({ signal }) =>
      call('GET', v1('sites', site, 'availability'), { answer: SiteAvailability, query, signal }),
    staleTime: 60_000,
  })

/** What the functions of a site were capable of over a span. */
export const capabilityQuery = (site: string, { fromMs, toMs }: { fromMs: number; toMs: number }) =>
  queryOptions({
    queryKey: ['capability', site, fromMs, toMs],
    queryFn: ({ signal }) =>
      call('GET', v1('sites', site, 'capability'), {
        answer: SiteCapability,
        query: { from: new Date(fromMs).toISOString(), to: new Date(toMs).toISOString() },
        signal,
      }),
    staleTime: 30_000,
    refetchInterval: 60_000,
  })

/** A site as it is configured, for its form. */
export const siteInputQuery = (site: string) =>
  queryOptions({
    queryKey: ['site-input', site],
    queryFn: ({ signal }) => call('GET', v1('sites', site, 'input'), { answer: SiteInput, signal }),
    staleTime: 0,
  })

export const customersQuery = queryOptions({
  queryKey: ['customers'],
  queryFn: async ({ signal }) => (await call('GET', v1('customers'), { answer: CustomerList, signal })).items,
})

export const putCustomer = ({ id, ...body }: z.input<typeof CustomerInput>) =>
  call('PUT', v1('customers', id), { answer: Customer, body })

export const putSite = ({ id, ...body }: z.input<typeof SiteInput>) =>
  call('PUT', v1('sites', id), { answer: SiteDetail, body })

export const removeSite = (id: string) => call('DELETE', v1('sites', id), { answer: Nothing })

/** `dryRun`: shows what would change and which lines are wrong. */
export const importDevices = (site: string, body: { csv: string; dryRun: boolean }) =>
  call('POST', v1('sites', site, 'devices', 'import'), { answer: ImportResult, body })

export type ImportOutcome = z.output<typeof ImportResult>
