/** Capability of a site's functions over time: worked out anew from what is stored, so that what was told late counts at its own time. */
import type { SiteCapability } from '@steward/shared/api'
import { capabilitySteps, thinned, upDuring } from '@steward/shared/availability'
import { StewardError } from '@steward/shared/errors'
import { inBreaths } from './availability.ts'
import { readPast, recordOf } from './availability-record.ts'
import type { Faults } from './faults.ts'

const dayMs = 86_400_000
/** As long as states are kept. */
const longestMs = 400 * dayMs
/** More than a chart has room for. */
const mostSteps = 1000

type Asked = { site: string; from?: string | undefined; to?: string | undefined }

/** Up to now at most, by the model of today. */
export async function capabilityOver({ db, models, platform }: Faults, asked: Asked): Promise<SiteCapability> {
  const now = platform.now()
  const to = Math.min(asked.to === undefined ? now : Date.parse(asked.to), now)
  const from = asked.from === undefined ? to - 7 * dayMs : Date.parse(asked.from)
  if (from >= to) throw new StewardError('input/invalid', 'from: must be before to, and not in the future.')
  if (to - from > longestMs) throw new StewardError('input/invalid', 'from: at most 400 days before to.')
  const span = { from, to }
  const model = await models.of(asked.site)
  const record = recordOf(model, await readPast(db, asked.site, span), upDuring)
  const steps = await inBreaths(capabilitySteps(record, span))
  return {
    site: asked.site,
    from: new Date(from).toISOString(),
    to: new Date(to).toISOString(),
    functions: model.systems.flatMap((system) =>
      system.functions.map(({ id }) => {
        const ref = `${system.id}/${id}`
        const shown = thinned(steps.get(ref) ?? [], span, mostSteps)
        return { function: ref, steps: shown.map(({ at, value }) => ({ at: new Date(at).toISOString(), value })) }
      }),
    ),
  }
}
