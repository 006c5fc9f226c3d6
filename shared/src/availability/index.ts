/** How much of a month a device, a system or a site did its work: from states as they were told, with and without maintenance. */
export { type CapabilityStep, capabilitySteps, thinned } from './capability-steps.ts'
export { daysOfMonth, monthAt } from './month.ts'
export { type Share, type Span, shareOf, type Told, upDuring } from './share.ts'
export { type SiteTrack, siteTracks } from './site-tracks.ts'
export type { SiteRecord } from './situations.ts'
