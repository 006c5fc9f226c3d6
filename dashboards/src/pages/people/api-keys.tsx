import { Button } from '@mantine/core'
import type { ApiKey } from '@steward/shared/api'
import { IconKey } from '@tabler/icons-react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { apiKeysQuery, withdrawApiKey } from '../../api/access.ts'
import { customersQuery } from '../../api/sites.ts'
import { Panel } from '../../kit/panel.tsx'
import { ProblemLine } from '../../kit/problem-line.tsx'
import { type Column, Rows } from '../../kit/rows.tsx'
import { Asked, Empty } from '../../kit/states.tsx'
import { useWords } from '../../language/use-words.ts'
import { Age, Instant } from '../../time/age-shown.tsx'

export function ApiKeys() {
  const { t, list } = useWords()
  const client = useQueryClient()
  const query = useQuery(apiKeysQuery)
  const customers = useQuery(customersQuery).data ?? []
  const withdraw = useMutation({
    mutationFn: withdrawApiKey,
    onSuccess: () => client.invalidateQueries({ queryKey: ['api-keys'] }),
  })
  const columns: Column<ApiKey>[] = [
    { key: 'name', title: t('keysOf.name'), width: '3fr', cell: (it) => it.name },
    {
      key: 'scopes',
      title: t('keysOf.scopes'),
      width: '4fr',
      from: 'sm',
      cell: (it) => list(it.scopes.map((scope) => t(`permission.${scope}`))),
    },
    {
      key: 'where',
      title: t('people.where'),
      width: '3fr',
      from: 'md',
      cell: (it) =>
        it.customer === null
          ? t('keysOf.everywhere')
          : (customers.find((customer) => customer.id === it.customer)?.name ?? it.customer),
    },
    {
      key: 'used',
      title: t('keysOf.used'),
      width: '2fr',
      from: 'md',
      cell: (it) => (it.lastUsedAt === null ? t('keysOf.never') : <Age at={it.lastUsedAt} ago />),
    },
    {
      key: 'until',
      title: t('people.validUntil'),
      width: '3fr',
      from: 'lg',
      cell: (it) => (it.expiresAt === null ? t('keysOf.forGood') : <Instant at={it.expiresAt} />),
    },
    {
      key: 'end',
      title: '',
      width: '112px',
      align: 'end',
      cell: (it) => (
        <Button size="xs" variant="default" onClick={() => withdraw.mutate(it.id)}>
          {t('do.withdraw')}
        </Button>
      ),
    },
  ]
  return (
    <Panel flush>
      <ProblemLine error={withdraw.error} />
      <Asked query={query}>
        {(keys) =>
          keys.length === 0 ? (
            <Empty icon={<IconKey size={32} stroke={1.2} />} title={t('keysOf.none')}>
              {t('keysOf.noneText')}
            </Empty>
          ) : (
            <Rows label={t('people.keys')} columns={columns} rows={keys} keyOf={(it) => it.id} height={52} />
          )
        }
      </Asked>
    </Panel>
  )
}
