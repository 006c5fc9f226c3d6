import { type LinkDecision, SiteLinks } from '@steward/shared/api'
import { queryOptions } from '@tanstack/react-query'
import { call, v1 } from './call.ts'

/** Switches tell once an hour; somebody who waits for the first of it wants to see it come. */
const lookAgainMs = 30_000

const ask = (site: string, query: { device?: string; undecided?: string }, signal: AbortSignal) =>
  call('GET', v1('sites', site, 'links'), { answer: SiteLinks, query, signal })

/** What was learned of who hangs on whom, and nobody has decided on. */
export const linksQuery = (site: string) =>
  queryOptions({
    queryKey: ['links', site, null],
    queryFn: ({ signal }) => ask(site, { undecided: 'true' }, signal),
    refetchInterval: lookAgainMs,
  })

/** What was learned of one device, whatever was decided. */
export const deviceLinkQuery = (site: string, device: string) =>
  queryOptions({
    queryKey: ['links', site, device],
    queryFn: async ({ signal }) => (await ask(site, { device }, signal)).items[0] ?? null,
    refetchInterval: lookAgainMs,
  })

export const decideLinks = (site: string, body: LinkDecision) =>
  call('POST', v1('sites', site, 'links'), { answer: SiteLinks, body })
