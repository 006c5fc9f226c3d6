/** BACnet/IP: a controller's objects, by ReadPropertyMultiple in pieces that it can answer. It only ever reads. */
import type { ConnectionOf, PointValue } from '@steward/shared/model'
import type { Driver, DriverSession, Limits, Reading, Target } from '../contract.ts'
import { checkOutcomeOf } from '../network-failure.ts'
import { type Changes, createChanges } from './changes.ts'
import { instanceOf, type LearnedDevice, learnDevice, readAll } from './learn.ts'
import { type Link, openLink } from './link.ts'
import { presentOf, property } from './objects.ts'

/** Objects come and go when somebody changes the controller's program. */
const learnEveryMs = 3_600_000

export function createBacnetDriver(): Driver<'bacnet'> {
  return { name: 'bacnet', needsSecret: () => false, open: openSession, close: () => undefined }
}

function openSession({ address, connection }: Target<ConnectionOf<'bacnet'>>): DriverSession {
  let known: { at: number; device: LearnedDevice } | null = null
  let changes: Changes | null = null
  const within = async <T>(limits: Limits, tries: number, work: (link: Link) => Promise<T>): Promise<T> => {
    const link = await openLink(address, connection.port, limits, tries)
    try {
      return await work(link)
    } finally {
      link.close()
    }
  }
  return {
    check: (limits) =>
      checkOutcomeOf(() => within(limits, 1, async (link) => void (await instanceOf(link, undefined)))),
    async poll(limits) {
      const reading = await within(limits, 2, async (link) => {
        const isFresh = known !== null && performance.now() - known.at < learnEveryMs
        const device = known !== null && isFresh ? known.device : await learnDevice(link, connection.instance)
        const news = isFresh
          ? {}
          : {
              identity: device.identity,
              points: device.objects.map((it) => it.point),
              findings: { kind: 'controller' as const, ports: [], neighbours: [] },
            }
        if (!isFresh) known = { at: performance.now(), device }
        return { ...news, ...(await readPresent(link, device)) }
      })
      const states = known?.device.objects.filter((it) => it.kind !== 'figure') ?? []
      await changes?.keep(
        states.map((it) => it.object),
        limits,
      )
      return reading
    },
    onNews(tell) {
      changes = createChanges(address, connection.port, tell)
    },
    close() {
      changes?.close()
    },
  }
}

async function readPresent(link: Link, { objects }: LearnedDevice): Promise<Pick<Reading, 'values' | 'errors'>> {
  const told = await readAll(
    link,
    objects.map((it) => it.object),
    [property.presentValue],
  )
  const values: Record<string, PointValue> = {}
  const errors: Reading['errors'] = []
  for (const [at, it] of objects.entries()) {
    const present = told[at]?.[0] ?? null
    const value = presentOf(present, it)
    values[it.point.id] = value
    if (value === null) errors.push({ point: it.point.id, message: 'it tells no present value' })
  }
  return { values, errors }
}
