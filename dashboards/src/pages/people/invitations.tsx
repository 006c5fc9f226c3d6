import { Button } from '@mantine/core'
import type { Invitation } from '@steward/shared/api'
import { IconMailOpened } from '@tabler/icons-react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { z } from 'zod'
import { invitationsQuery, withdrawInvitation } from '../../api/access.ts'
import { Panel } from '../../kit/panel.tsx'
import { ProblemLine } from '../../kit/problem-line.tsx'
import { type Column, Rows } from '../../kit/rows.tsx'
import { Asked, Empty } from '../../kit/states.tsx'
import { useWords } from '../../language/use-words.ts'
import { Instant } from '../../time/age-shown.tsx'
import { Roles } from './people.tsx'

type Open = z.output<typeof Invitation>

export function Invitations() {
  const { t } = useWords()
  const client = useQueryClient()
  const query = useQuery(invitationsQuery)
  const withdraw = useMutation({
    mutationFn: withdrawInvitation,
    onSuccess: () => client.invalidateQueries({ queryKey: ['invitations'] }),
  })
  const columns: Column<Open>[] = [
    { key: 'email', title: t('signIn.email'), width: '4fr', cell: (it) => it.email },
    {
      key: 'roles',
      title: t('people.roles'),
      width: '4fr',
      from: 'sm',
      cell: (it) => <Roles memberships={it.memberships} />,
    },
    {
      key: 'until',
      title: t('people.validUntil'),
      width: '3fr',
      from: 'md',
      cell: (it) => <Instant at={it.expiresAt} />,
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
        {(items) =>
          items.length === 0 ? (
            <Empty icon={<IconMailOpened size={32} stroke={1.2} />} title={t('people.noInvitations')}>
              {t('people.noInvitationsText')}
            </Empty>
          ) : (
            <Rows label={t('people.invitations')} columns={columns} rows={items} keyOf={(it) => it.id} height={52} />
          )
        }
      </Asked>
    </Panel>
  )
}
