import { Button, MultiSelect, Select, TextInput } from '@mantine/core'
import { useForm } from '@mantine/form'
import { type Permission, Permission as Permissions } from '@steward/shared/model'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { makeApiKey } from '../../api/access.ts'
import { useIsCompanyAdministrator } from '../../api/me.ts'
import { customersQuery } from '../../api/sites.ts'
import { CopyLine } from '../../kit/copy-line.tsx'
import formClasses from '../../kit/form.module.css'
import { ProblemLine } from '../../kit/problem-line.tsx'
import { useWords } from '../../language/use-words.ts'

const everywhere = '*'
const lives = ['30', '90', '365', ''] as const
const dayMs = 86_400_000

/** A key for a program; its text is shown once. */
export function KeyForm({ onClose }: { onClose: () => void }) {
  const { t } = useWords()
  const client = useQueryClient()
  const isCompany = useIsCompanyAdministrator()
  const customers = useQuery(customersQuery).data ?? []
  const form = useForm({
    initialValues: {
      name: '',
      scopes: ['read'] as Permission[],
      customer: isCompany ? everywhere : (customers[0]?.id ?? ''),
      days: '90',
    },
    validate: {
      name: (it) => (it.trim() === '' ? t('form.required') : null),
      scopes: (it) => (it.length === 0 ? t('form.required') : null),
      customer: (it) => (it === '' ? t('form.required') : null),
    },
  })
  const make = useMutation({
    mutationFn: ({ name, scopes, customer, days }: typeof form.values) =>
      makeApiKey({
        name: name.trim(),
        scopes,
        customer: customer === everywhere ? null : customer,
        expiresAt: days === '' ? null : new Date(Date.now() + Number(days) * dayMs).toISOString(),
      }),
    onSuccess: () => client.invalidateQueries({ queryKey: ['api-keys'] }),
  })
  if (make.data !== undefined) {
    return (
      <div className={formClasses.items}>
        <p className={formClasses.hint}>{t('keysOf.once')}</p>
        <CopyLine text={make.data.key} label={t('keysOf.key')} />
        <div className={formClasses.buttons}>
          <Button onClick={onClose}>{t('do.done')}</Button>
        </div>
      </div>
    )
  }
  return (
    <form className={formClasses.items} onSubmit={form.onSubmit((values) => make.mutate(values))} noValidate>
      <TextInput
        data-autofocus
        label={t('keysOf.name')}
        description={t('keysOf.nameText')}
        maxLength={120}
        {...form.getInputProps('name')}
      />
      <MultiSelect
        label={t('keysOf.scopes')}
        data={Permissions.options.map((it) => ({ value: it, label: t(`permission.${it}`) }))}
        {...form.getInputProps('scopes')}
      />
      <Select
        label={t('people.where')}
        data={[
          ...(isCompany ? [{ value: everywhere, label: t('keysOf.everywhere') }] : []),
          ...customers.map((it) => ({ value: it.id, label: it.name })),
        ]}
        searchable
        allowDeselect={false}
        {...form.getInputProps('customer')}
      />
      <Select
        label={t('keysOf.lives')}
        data={lives.map((it) => ({
          value: it,
          label: it === '' ? t('keysOf.forGood') : t('keysOf.days', { count: Number(it) }),
        }))}
        allowDeselect={false}
        {...form.getInputProps('days')}
      />
      <ProblemLine error={make.error} />
      <div className={formClasses.buttons}>
        <Button type="submit" loading={make.isPending}>
          {t('keysOf.add')}
        </Button>
      </div>
    </form>
  )
}
