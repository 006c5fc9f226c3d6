/** A small building for tests: two cores, two edges at both, four cameras at each edge, a recorder, two doors, a UPS. */
import { createDiagnosis, type Diagnosis, type DiagnosisInput, type FaultEvent, SiteModel } from './index.ts'

const cameras = [1, 2, 3, 4, 5, 6, 7, 8].map((it) => `cam-${it}`)

export const building = SiteModel.parse({
  systems: [
    {
      id: 'cctv',
      functions: [
        { id: 'view', essential: true, paralysedBelow: 0.5 },
        { id: 'record', essential: true, paralysedBelow: 0.5 },
      ],
    },
    { id: 'access', functions: [{ id: 'doors', essential: true, paralysedBelow: 0.5 }] },
    { id: 'power', functions: [{ id: 'meters' }] },
  ],
  devices: [
    { id: 'core-1' },
    { id: 'core-2' },
    { id: 'edge-1', needs: [['core-1', 'core-2']] },
    { id: 'edge-2', needs: [['core-1', 'core-2']] },
    { id: 'nvr', needs: [['edge-1']] },
    ...cameras.map((id, i) => ({
      id,
      needs: [[i < 4 ? 'edge-1' : 'edge-2']],
      serves: [{ function: 'cctv/view' }],
    })),
    ...cameras.map((id) => ({
      id: `${id}-record`,
      kind: 'channel',
      needs: [[id], ['nvr']],
      serves: [{ function: 'cctv/record' }],
    })),
    { id: 'door-1', needs: [['edge-2']], serves: [{ function: 'access/doors', weight: 3 }] },
    { id: 'door-2', needs: [['edge-2']], serves: [{ function: 'access/doors' }] },
    { id: 'meter', needs: [['edge-2']], serves: [{ function: 'power/meters' }] },
    { id: 'spare' },
  ],
})

const second = 1000
/** 2026-01-01T00:00:00Z */
export const midnight = 1_767_225_600_000

export type Told = Record<string, string>

/** A building on a clock in seconds; what was told is kept as `cause: kind level`. */
export function watch(model: SiteModel = building) {
  const diagnosis = createDiagnosis(model)
  const events: FaultEvent[] = []
  const at = (seconds: number, ...inputs: DiagnosisInput[]): FaultEvent[] => {
    const found = diagnosis.step(midnight + seconds * second, inputs)
    events.push(...found)
    return found
  }
  return { diagnosis, events, at, open: () => openOf(diagnosis), of: (cause: string) => faultOf(diagnosis, cause) }
}

export function openOf(diagnosis: Diagnosis): Told {
  return Object.fromEntries(diagnosis.openFaults().map((it) => [it.cause, `${it.kind} ${it.level}`]))
}

export function faultOf(diagnosis: Diagnosis, cause: string) {
  const fault = diagnosis.openFaults().find((it) => it.cause === cause)
  if (fault === undefined) throw new Error(`${cause} has no open fault`)
  return fault
}

export const down = (...devices: string[]): DiagnosisInput[] => devices.map((device) => ({ device, state: 'down' }))
export const up = (...devices: string[]): DiagnosisInput[] => devices.map((device) => ({ device, state: 'up' }))
export const maintenance = (device: string, value = true): DiagnosisInput => ({ device, maintenance: value })
export const imminent = (device: string, value = true): DiagnosisInput => ({
  device,
  imminent: 'ups-on-battery',
  value,
})

/** `12 opened cam-1`: seconds since midnight, event, cause. */
export function linesOf(events: readonly FaultEvent[]): string[] {
  return events.map((it) => `${(it.at - midnight) / second} ${it.event} ${it.cause}`)
}
