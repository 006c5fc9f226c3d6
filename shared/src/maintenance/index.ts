/** When maintenance windows are under way, and for whom: instants made of local times, the same at the agent, the hub and in the app. */
export { dateAt, instantAt } from './local-time.ts'
export { daysOf, endOf, nextSpans, runningSpan, type Span, spansOf } from './spans.ts'
export { isMaintained, isWholeSite } from './whom.ts'
