import { Button, Select, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { notifications } from '@mantine/notifications'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { meQuery, putCompany } from '../../api/access.ts'
import { useMe } from '../../api/me.ts'
import formClasses from '../../kit/form.module.css'
import { Panel } from '../../kit/panel.tsx'
import { ProblemLine } from '../../kit/problem-line.tsx'
import { timeZones } from '../../kit/time-zones.ts'
import { languages } from '../../language/language.ts'
import { useWords } from '../../language/use-words.ts'

export function CompanyPanel() {
  const { t } = useWords()
  const { company } = useMe()
  const client = useQueryClient()
  const form = useForm({
    initialValues: company,
    validate: { name: (it) => (it.trim() === '' ? t('form.required') : null) },
  })
  const save = useMutation({
    mutationFn: putCompany,
    onSuccess: async () => {
      notifications.show({ message: t('do.saved') })
      await client.invalidateQueries({ queryKey: meQuery.queryKey })
    },
  })
  return (
    <Panel title={t('settings.company')}>
      <form onSubmit={form.onSubmit((values) => save.mutate(values))} noValidate>
        <div className={formClasses.grid}>
          <TextInput label={t('setup.company')} maxLength={120} {...form.getInputProps('name')} />
          <Select
            data-span="6"
            label={t('setup.language')}
            data={languages.map((it) => ({ value: it.value, label: it.name }))}
            allowDeselect={false}
            {...form.getInputProps('language')}
          />
          <Select
            data-span="6"
            label={t('setup.timezone')}
            data={timeZones()}
            searchable
            limit={60}
            allowDeselect={false}
            {...form.getInputProps('timezone')}
          />
          <ProblemLine error={save.error} />
          <div className={formClasses.buttons}>
            <Button type="submit" loading={save.isPending}>
              {t('do.save')}
            </Button>
          </div>
        </div>
      </form>
    </Panel>
  )
}
