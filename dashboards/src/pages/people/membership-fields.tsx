import { ActionIcon, Button, Select } from '@mantine/core'
import type { Membership } from '@steward/shared/api'
import { type Role, Role as RoleWords } from '@steward/shared/model'
import { IconPlus, IconX } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { useIsCompanyAdministrator } from '../../api/me.ts'
import { customersQuery } from '../../api/sites.ts'
import formClasses from '../../kit/form.module.css'
import { useWords } from '../../language/use-words.ts'

type Props = { value: Membership[]; onChange: (value: Membership[]) => void }

const company = '*'

/** Which role where: in the company, or with one customer. A customer's own person always belongs to one. */
export function MembershipFields({ value, onChange }: Props) {
  const { t } = useWords()
  const isCompany = useIsCompanyAdministrator()
  const customers = useQuery(customersQuery).data ?? []
  const first = isCompany ? null : (customers[0]?.id ?? null)
  const set = (index: number, part: Partial<Membership>): void =>
    onChange(value.map((it, i) => (i === index ? corrected({ ...it, ...part }, customers[0]?.id ?? null) : it)))
  const places = (role: Role) => [
    ...(isCompany && role !== 'customer' ? [{ value: company, label: t('people.company') }] : []),
    ...customers.map((it) => ({ value: it.id, label: it.name })),
  ]
  return (
    <>
      {value.map((it, i) => (
        <div key={`${it.role} ${it.customer ?? company}`} className={formClasses.item}>
          <Select
            className={formClasses.grow ?? ''}
            label={t('people.role')}
            data={RoleWords.options.map((role) => ({ value: role, label: t(`role.${role}`) }))}
            allowDeselect={false}
            value={it.role}
            onChange={(role) => set(i, { role: RoleWords.options.find((known) => known === role) ?? it.role })}
          />
          <Select
            className={formClasses.grow ?? ''}
            label={t('people.where')}
            data={places(it.role)}
            allowDeselect={false}
            searchable
            value={it.customer ?? company}
            onChange={(place) => set(i, { customer: place === company ? null : place })}
          />
          <ActionIcon size={36} aria-label={t('do.remove')} onClick={() => onChange(value.filter((_, at) => at !== i))}>
            <IconX size={16} />
          </ActionIcon>
          <p className={formClasses.hint}>{t(`roleText.${it.role}`)}</p>
        </div>
      ))}
      <div>
        <Button
          size="xs"
          variant="default"
          leftSection={<IconPlus size={14} />}
          onClick={() => onChange([...value, { role: 'engineer', customer: first }])}
        >
          {t('people.addRole')}
        </Button>
      </div>
    </>
  )
}

function corrected(it: Membership, someCustomer: string | null): Membership {
  return it.role === 'customer' && it.customer === null ? { ...it, customer: someCustomer } : it
}
