import { useForm } from '@mantine/form'
import type { Customer, SiteInput } from '@steward/shared/api'
import type { SystemModel } from '@steward/shared/model'
import { useQuery } from '@tanstack/react-query'
import type { z } from 'zod'
import { useMe } from '../api/me.ts'
import { sitesQuery } from '../api/sites.ts'
import { isSlug, slugOf } from '../kit/slug.ts'
import { useWords } from '../language/use-words.ts'
import { type ListenerValues, listenerValues } from './listener-values.ts'
import { presetOf } from './system-presets.ts'

/** What is typed; intervals in seconds, as people think of them. */
export type SiteValues = ListenerValues & {
  customer: string
  name: string
  id: string
  timezone: string
  address: string
  systems: SystemModel[]
  check: number
  timeout: number
  poll: number
  clock: number
}

const secondMs = 1000
const usualSystems = ['network', 'cctv', 'access'] as const

export function useSiteForm(site: z.output<typeof SiteInput> | undefined, customers: readonly Customer[]) {
  const { t } = useWords()
  const { company } = useMe()
  const taken = (useQuery(sitesQuery).data ?? []).map((it) => it.id)
  const required = (it: string) => (it.trim() === '' ? t('form.required') : null)
  const form = useForm<SiteValues>({
    initialValues: {
      customer: customers.find((it) => it.id === site?.customer)?.name ?? '',
      name: site?.name ?? '',
      id: site?.id ?? '',
      timezone: site?.timezone ?? company.timezone,
      address: site?.address ?? '',
      systems: site?.systems ?? usualSystems.map((it) => presetOf(it, [])),
      check: (site?.settings.checkIntervalMs ?? 10_000) / secondMs,
      timeout: (site?.settings.checkTimeoutMs ?? 1000) / secondMs,
      poll: (site?.settings.pollIntervalMs ?? 60_000) / secondMs,
      clock: (site?.settings.clockLimitMs ?? 5000) / secondMs,
      ...listenerValues(site?.settings.listeners),
    },
    validate: {
      customer: required,
      name: required,
      id: (it) => {
        if (it.trim() === '' || site !== undefined) return null
        if (!isSlug(it.trim())) return t('form.slug')
        return taken.includes(it.trim()) ? t('form.taken') : null
      },
      systems: (it) => (new Set(it.map((system) => system.id)).size < it.length ? t('form.taken') : null),
    },
  })
  return { ...form, suggestedId: slugOf(form.values.name, 'site', taken) }
}
