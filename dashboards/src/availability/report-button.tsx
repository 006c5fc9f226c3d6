import { Button } from '@mantine/core'
import type { SiteAvailability } from '@steward/shared/api'
import { IconDownload } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { siteQuery } from '../api/sites.ts'
import { useWords } from '../language/use-words.ts'
import { reportOf } from './report.ts'

/** The month of every device, to be kept or calculated with. */
export function ReportButton({
  it,
  systems,
}: {
  it: SiteAvailability
  systems: readonly { id: string; name: string }[]
}) {
  const { t } = useWords()
  const siteName = useQuery(siteQuery(it.site)).data?.name ?? it.site
  const save = (): void => {
    const nameOf = (id: string): string => systems.find((system) => system.id === id)?.name ?? id
    const columns = [
      t('availability.what'),
      t('availability.id'),
      t('availability.name'),
      t('availability.share'),
      t('availability.minutesDown'),
      t('availability.shareWithout'),
      t('availability.minutesWithout'),
      t('availability.minutesUnknown'),
    ] as const
    const words = {
      columns,
      site: t('availability.site'),
      system: t('availability.system'),
      device: t('availability.device'),
    }
    const text = reportOf(it, { site: siteName, systemOf: nameOf }, words)
    saveText(text, `${it.site}-${it.month}.csv`)
  }
  return (
    <Button size="xs" variant="default" leftSection={<IconDownload size={14} />} onClick={save}>
      {t('availability.report')}
    </Button>
  )
}

function saveText(text: string, name: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: 'text/csv;charset=utf-8' }))
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  URL.revokeObjectURL(url)
}
