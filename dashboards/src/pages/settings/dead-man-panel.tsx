import { Button, Select, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { notifications } from '@mantine/notifications'
import type { DeadManShown } from '@steward/shared/api'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { z } from 'zod'
import { Outcome } from '../../alerts/outcome.tsx'
import { deadManQuery, putDeadMan } from '../../api/alerts.ts'
import formClasses from '../../kit/form.module.css'
import { Panel } from '../../kit/panel.tsx'
import { ProblemLine } from '../../kit/problem-line.tsx'
import { Asked } from '../../kit/states.tsx'
import { useWords } from '../../language/use-words.ts'
import { Age } from '../../time/age-shown.tsx'

const minuteMs = 60_000
const everyMinutes = [1, 5, 15, 60] as const

/** An address elsewhere that is asked while the hub is well, so that somebody notices when it is not. */
export function DeadManPanel() {
  const { t } = useWords()
  const query = useQuery(deadManQuery)
  return (
    <Panel title={t('deadMan.title')}>
      <Asked query={query}>{(it) => <DeadManForm shown={it} />}</Asked>
    </Panel>
  )
}

function DeadManForm({ shown }: { shown: z.output<typeof DeadManShown> }) {
  const { t } = useWords()
  const client = useQueryClient()
  const form = useForm({
    initialValues: { url: shown.url ?? '', minutes: String(Math.round(shown.intervalMs / minuteMs) || 1) },
    validate: { url: (it) => (it.trim() === '' || URL.canParse(it.trim()) ? null : t('form.url')) },
  })
  const save = useMutation({
    mutationFn: ({ url, minutes }: typeof form.values) =>
      putDeadMan({ url: url.trim() === '' ? null : url.trim(), intervalMs: Number(minutes) * minuteMs }),
    onSuccess: async () => {
      notifications.show({ message: t('do.saved') })
      await client.invalidateQueries({ queryKey: deadManQuery.queryKey })
    },
  })
  const known = everyMinutes.map(String)
  const choices = known.includes(form.values.minutes) ? known : [form.values.minutes, ...known]
  return (
    <form onSubmit={form.onSubmit((values) => save.mutate(values))} noValidate>
      <div className={formClasses.grid}>
        <p className={formClasses.hint}>{t('deadMan.text')}</p>
        <TextInput
          data-span="8"
          label={t('deadMan.url')}
          placeholder="https://hc-ping.com/…"
          inputMode="url"
          {...form.getInputProps('url')}
        />
        <Select
          data-span="4"
          label={t('deadMan.every')}
          data={choices.map((it) => ({ value: it, label: t('deadMan.minutes', { count: Number(it) }) }))}
          allowDeselect={false}
          {...form.getInputProps('minutes')}
        />
        {shown.last !== null && (
          <div>
            <Outcome ok={shown.last.error === null} message={shown.last.error ?? ''} /> <Age at={shown.last.at} ago />
          </div>
        )}
        <ProblemLine error={save.error} />
        <div className={formClasses.buttons}>
          <Button type="submit" loading={save.isPending}>
            {t('do.save')}
          </Button>
        </div>
      </div>
    </form>
  )
}
