/** Recordings (Profile G) and doors (Profiles A and C) of a simulated device, as bodies of SOAP answers. */
export type SimulatedRecording = { name: string; state: 'Active' | 'Idle' | 'PartiallyActive' | 'Error' }
export type SimulatedDoor = {
  name: string
  door: 'Open' | 'Closed'
  lock: 'Locked' | 'Unlocked'
  alarm: 'Normal' | 'DoorForcedOpen' | 'DoorOpenTooLong'
  tamper: 'NotInTamper' | 'TamperDetected'
}
export type Extras = {
  recordings?: { fromMs: number; untilMs: number; list: SimulatedRecording[] }
  /** listed two a page */
  doors?: SimulatedDoor[]
}

type Answer = (it: Extras, body: Record<string, unknown>) => string

const perPage = 2
const date = (ms: number): string => new Date(ms).toISOString()
const numberIn = (token: unknown): number => Number(/\d+$/.exec(String(token))?.[0] ?? 0)

export const extraOperations: Record<string, Answer> = {
  GetRecordingSummary: ({ recordings }) =>
    `<tse:GetRecordingSummaryResponse><tse:Summary><tt:DataFrom>${date(recordings?.fromMs ?? 0)}</tt:DataFrom><tt:DataUntil>${date(recordings?.untilMs ?? 0)}</tt:DataUntil><tt:NumberRecordings>${recordings?.list.length ?? 0}</tt:NumberRecordings></tse:Summary></tse:GetRecordingSummaryResponse>`,
  GetRecordings: ({ recordings }) =>
    `<trc:GetRecordingsResponse>${(recordings?.list ?? []).map((it, at) => `<trc:RecordingItem><tt:RecordingToken>rec${at}</tt:RecordingToken><tt:Configuration><tt:Source><tt:Name>${it.name}</tt:Name></tt:Source></tt:Configuration></trc:RecordingItem>`).join('')}</trc:GetRecordingsResponse>`,
  GetRecordingJobs: ({ recordings }) =>
    `<trc:GetRecordingJobsResponse>${(recordings?.list ?? []).map((_, at) => `<trc:JobItem><tt:JobToken>job${at}</tt:JobToken><tt:JobConfiguration><tt:RecordingToken>rec${at}</tt:RecordingToken><tt:Mode>Active</tt:Mode></tt:JobConfiguration></trc:JobItem>`).join('')}</trc:GetRecordingJobsResponse>`,
  GetRecordingJobState: ({ recordings }, { JobToken }) =>
    `<trc:GetRecordingJobStateResponse><trc:State><tt:State>${recordings?.list[numberIn(JobToken)]?.state ?? 'Idle'}</tt:State></trc:State></trc:GetRecordingJobStateResponse>`,
  GetDoorInfoList: ({ doors = [] }, { StartReference }) => {
    const from = numberIn(StartReference ?? 0)
    const next =
      from + perPage < doors.length ? `<tdc:NextStartReference>page${from + perPage}</tdc:NextStartReference>` : ''
    const listed = doors
      .slice(from, from + perPage)
      .map(
        (it, at) =>
          `<tdc:DoorInfo token="door${from + at}"><tdc:Name>${it.name}</tdc:Name><tdc:Capabilities Lock="true" DoorMonitor="true" LockMonitor="true" Alarm="true" Tamper="true" Fault="false"/></tdc:DoorInfo>`,
      )
    return `<tdc:GetDoorInfoListResponse>${next}${listed.join('')}</tdc:GetDoorInfoListResponse>`
  },
  GetDoorState: ({ doors = [] }, { Token }) => {
    const it = doors[numberIn(Token)]
    return `<tdc:GetDoorStateResponse><tdc:DoorState><tdc:DoorPhysicalState>${it?.door}</tdc:DoorPhysicalState><tdc:LockPhysicalState>${it?.lock}</tdc:LockPhysicalState><tdc:Alarm>${it?.alarm}</tdc:Alarm><tdc:Tamper><tdc:State>${it?.tamper}</tdc:State></tdc:Tamper><tdc:DoorMode>Locked</tdc:DoorMode></tdc:DoorState></tdc:GetDoorStateResponse>`
  },
  GetAccessPointInfoList: ({ doors = [] }) =>
    `<tac:GetAccessPointInfoListResponse>${doors.map((it, at) => `<tac:AccessPointInfo token="in${at}"><tac:Name>${it.name}</tac:Name></tac:AccessPointInfo>`).join('')}</tac:GetAccessPointInfoListResponse>`,
  GetAccessPointState: () =>
    '<tac:GetAccessPointStateResponse><tac:AccessPointState><tac:Enabled>true</tac:Enabled></tac:AccessPointState></tac:GetAccessPointStateResponse>',
}
