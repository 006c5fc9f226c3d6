/** Which devices are under maintenance, and when that changes. */
import type { DiagnosisInput } from '@steward/shared/diagnosis'
import { isMaintained, type Span, spansOf } from '@steward/shared/maintenance'
import type { DeviceModel, MaintenanceWindow } from '@steward/shared/model'

type MaintainedSite = {
  maintenance: readonly MaintenanceWindow[]
  timezone: string
  devices: ReadonlyMap<string, Pick<DeviceModel, 'id' | 'serves'>>
}

export type Maintenance = {
  /** What has changed since the last call, for the diagnosis. */
  changesAt(at: number, site: MaintainedSite): DiagnosisInput[]
}

/** `before`: devices that were under maintenance when this program last ran. */
export function createMaintenance(before: readonly string[]): Maintenance {
  let maintained = new Set(before)
  let plan: Plan | null = null
  return {
    changesAt(at, site) {
      if (site.maintenance.length === 0 && maintained.size === 0) return []
      // Asked several times a second, so a day is worked out at once.
      if (plan === null || plan.site !== site || at < plan.from || at >= plan.to) plan = planOf(site, at)
      const current = new Set(plan.spans.flatMap((it) => (it.from <= at && at < it.to ? it.devices : [])))
      const begun = [...current].filter((it) => !maintained.has(it))
      const over = [...maintained].filter((it) => !current.has(it) && site.devices.has(it))
      maintained = current
      return [
        ...begun.map((device) => ({ device, maintenance: true })),
        ...over.map((device) => ({ device, maintenance: false })),
      ]
    },
  }
}

type Plan = Span & { site: MaintainedSite; spans: (Span & { devices: string[] })[] }

const dayMs = 86_400_000

/** Who is under maintenance when within the day from an instant (ms since 1970) on. */
function planOf(site: MaintainedSite, at: number): Plan {
  const day = { from: at, to: at + dayMs }
  const spans = site.maintenance.flatMap((window) => {
    const found = spansOf(window, site.timezone, day)
    if (found.length === 0) return []
    const devices = [...site.devices.values()].filter((it) => isMaintained(window, it)).map((it) => it.id)
    return found.map((span) => ({ ...span, devices }))
  })
  return { site, ...day, spans }
}
