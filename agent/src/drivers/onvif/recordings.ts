/** Recordings on the device (Profile G): how far back they go, how new the newest is, and whether it is recording. */
import type { LearnedPoint } from '../contract.ts'
import type { Extra } from './extras.ts'
import type { Ask, Services } from './services.ts'
import { child, children, escapeXml, namespaces, textAt, type XmlNode } from './soap.ts'

const { trc, tse } = namespaces
const questions = {
  summary: `<GetRecordingSummary xmlns="${tse}"/>`,
  recordings: `<GetRecordings xmlns="${trc}"/>`,
  jobs: `<GetRecordingJobs xmlns="${trc}"/>`,
  jobState: (token: string) =>
    `<GetRecordingJobState xmlns="${trc}"><JobToken>${escapeXml(token)}</JobToken></GetRecordingJobState>`,
}

/** Each is a question at each poll. */
const maxJobs = 32
/** Devices without a recording write the beginning of their time. */
const firstYearMs = Date.UTC(1990, 0, 1)

const oldest = point('recording.from', 'age', 'Age of the oldest recording', 's')
const newest = point('recording.until', 'age', 'Age of the newest recording', 's')
const count = point('recording.count', 'count', 'Number of recordings', '')

function point(id: string, kind: string, name: string, unit: string, instance = ''): LearnedPoint {
  return { id, class: kind, instance, name, unit }
}

/** GetRecordingSummary (Recording Search, section 5.3). */
export async function learnRecorded(ask: Ask, { search }: Services): Promise<Extra | null> {
  if (search === null || summaryOf(await ask(search, questions.summary)) === undefined) return null
  return {
    points: [oldest, newest, count],
    async read(ask, into, clockOffsetMs) {
      const summary = summaryOf(await ask(search, questions.summary, newest.id))
      if (summary === undefined) return
      const nowMs = Date.now() + clockOffsetMs
      into.values[oldest.id] = ageSeconds(textAt(summary, 'DataFrom'), nowMs)
      into.values[newest.id] = ageSeconds(textAt(summary, 'DataUntil'), nowMs)
      const told = textAt(summary, 'NumberRecordings')
      into.values[count.id] = /^\d{1,9}$/.test(told) ? Number(told) : null
    },
  }
}

function summaryOf(body: XmlNode | null): XmlNode | undefined {
  return child(child(body ?? undefined, 'GetRecordingSummaryResponse'), 'Summary')
}

/** By the device's own clock; null where it tells of none. */
function ageSeconds(written: string, nowMs: number): number | null {
  // xs:dateTime without a zone is UTC with nearly all devices, as ONVIF wants it.
  const atMs = Date.parse(/(?:Z|[+-]\d\d:\d\d)$/.test(written) ? written : `${written}Z`)
  return Number.isNaN(atMs) || atMs < firstYearMs ? null : Math.max(0, Math.round((nowMs - atMs) / 1000))
}

const jobWords: Readonly<Record<string, string>> = {
  active: 'recording',
  partiallyactive: 'partly-recording',
  idle: 'idle',
  error: 'error',
}

/** Recording jobs (Recording Control, section 5.6): one for each recording that somebody has set up. */
export async function learnRecordingJobs(ask: Ask, { recording }: Services): Promise<Extra | null> {
  if (recording === null) return null
  const listed = child((await ask(recording, questions.jobs)) ?? undefined, 'GetRecordingJobsResponse')
  const jobs = children(listed, 'JobItem').slice(0, maxJobs)
  if (jobs.length === 0) return null
  const names = namesOf(await ask(recording, questions.recordings))
  const known = jobs.map((it, at) => {
    const ofRecording = textAt(it, 'JobConfiguration', 'RecordingToken')
    const name = names.get(ofRecording) || ofRecording
    const state: LearnedPoint = {
      ...point(`recording.${at + 1}.state`, 'state', 'Recording', '', name.slice(0, 100)),
      states: [...Object.values(jobWords), 'unknown'],
      watch: { isDirect: true, states: ['error', 'partly-recording'] },
    }
    return { token: textAt(it, 'JobToken'), state }
  })
  return {
    points: known.map((it) => it.state),
    async read(ask, into) {
      for (const { token, state } of known) {
        const told = child(
          (await ask(recording, questions.jobState(token), state.id)) ?? undefined,
          'GetRecordingJobStateResponse',
        )
        if (told === undefined) continue
        into.values[state.id] = jobWords[textAt(told, 'State', 'State').toLowerCase()] ?? 'unknown'
      }
    },
  }
}

function namesOf(body: XmlNode | null): Map<string, string> {
  const items = children(child(body ?? undefined, 'GetRecordingsResponse'), 'RecordingItem')
  return new Map(items.map((it) => [textAt(it, 'RecordingToken'), textAt(it, 'Configuration', 'Source', 'Name')]))
}
