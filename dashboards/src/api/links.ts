import { type LinkDecision, SiteLinks } from '@steward/shared/api'
import { queryOptions } from '@tanstack/react-query'
import { call, v1 } from './call.ts'

/** Switches tell once an hour; somebody who waits for the first of it wants to see it come. */
const lookAgainMs = 30_000

/** What was learned of who hangs on whom: of a site, or of one device of it. */
export const linksQuery = (site: string, device?: string) =>
  queryOptions({
    queryKey: ['links', site, device ?? null],
    queryFn: ({ signal }) => call('GET', v1('sites', site, 'links'), { answer: SiteLinks, query: { device }, signal }),
    refetchInterval: lookAgainMs,
  })

export const decideLinks = (site: string, body: LinkDecision) =>
  call('POST', v1('sites', site, 'links'), { answer: SiteLinks, body })
