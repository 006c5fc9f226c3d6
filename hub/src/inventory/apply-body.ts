/** The body of `apply`: thousands of devices, checked a few at a time so that nobody else waits. */
import { setImmediate as nextTurn } from 'node:timers/promises'
import { ApplyDocument } from '@steward/shared/api'
import { DeviceModel } from '@steward/shared/model'
import { z } from 'zod'

/** Devices checked between two turns of the event loop: about a millisecond. */
const atOnce = 200
const maxDevices = 20_000

const { sites } = ApplyDocument.shape
const Site = sites.unwrap().element
const describedDevice = z.unknown().meta(z.toJSONSchema(DeviceModel, { io: 'input' }))

/** As ApplyDocument, with the devices still to be checked. */
export const ApplyBody = ApplyDocument.extend({
  sites: z
    .array(Site.extend({ devices: z.array(describedDevice).max(maxDevices).default([]) }))
    .max(1000)
    .default([]),
})

/** The whole document. Throws ZodError, with paths as if it had been checked at once. */
export async function checkedDocument(body: z.output<typeof ApplyBody>): Promise<ApplyDocument> {
  const checked: ApplyDocument['sites'] = []
  for (const [index, site] of body.sites.entries()) {
    const devices: DeviceModel[] = []
    for (let from = 0; from < site.devices.length; from += atOnce) {
      if (from > 0) await nextTurn()
      const some = z.array(DeviceModel).safeParse(site.devices.slice(from, from + atOnce))
      if (!some.success)
        throw new z.ZodError(some.error.issues.map((it) => ({ ...it, path: moved(it.path, index, from) })))
      devices.push(...some.data)
    }
    checked.push({ ...site, devices })
  }
  return { ...body, sites: checked }
}

function moved([at, ...rest]: readonly PropertyKey[], site: number, from: number): PropertyKey[] {
  return ['sites', site, 'devices', Number(at) + from, ...rest]
}
