/** What a device offers beyond video: recordings and doors, learned with the rest and read at each poll. */
import { isStewardError } from '@steward/shared/errors'
import type { TopologyFindings } from '@steward/shared/topology'
import type { LearnedPoint, Limits, Reading } from '../contract.ts'
import type { OnvifClient, ServicePath } from './client.ts'
import { learnAccessPoints, learnDoors } from './doors.ts'
import { learnRecorded, learnRecordingJobs } from './recordings.ts'
import { type Ask, asking, type Services } from './services.ts'
import type { XmlNode } from './soap.ts'

/** `read` puts in the values that it gets; the others are null. `ask` gives null for a fault, after it has noted it. */
export type Extra = {
  points: LearnedPoint[]
  /** what it lists of other devices: evidence for the topology */
  topology?: TopologyFindings
  read(
    ask: (service: ServicePath, question: string, point: string) => Promise<XmlNode | null>,
    into: Reading,
    clockOffsetMs: number,
  ): Promise<void>
}

/** Throws StewardError where it does not answer any more. */
export async function learnExtras(client: OnvifClient, services: Services, limits: Limits): Promise<Extra[]> {
  const ask: Ask = asking(client, limits)
  const found = [
    await learnRecorded(ask, services),
    await learnRecordingJobs(ask, services),
    await learnDoors(ask, services),
    await learnAccessPoints(ask, services),
  ]
  return found.filter((it) => it !== null && it.points.length > 0).flatMap((it) => it ?? [])
}

export async function readExtra(extra: Extra, client: OnvifClient, limits: Limits, into: Reading): Promise<void> {
  for (const { id } of extra.points) into.values[id] = null
  const note = (point: string, error: unknown): null => {
    if (!isStewardError(error)) throw error
    into.errors.push({ point, message: error.message })
    return null
  }
  try {
    await extra.read(
      async (service, question, point) => {
        try {
          return await client.call(service, question, limits)
        } catch (error) {
          // Who does not answer one question is not asked the other thirty.
          if (!isStewardError(error, 'driver/protocol') && !isStewardError(error, 'driver/refused-credentials'))
            throw error
          return note(point, error)
        }
      },
      into,
      client.clockOffsetMs,
    )
  } catch (error) {
    note(extra.points[0]?.id ?? '', error)
  }
}
