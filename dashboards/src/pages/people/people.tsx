import { Button, Menu } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import type { Membership, Person } from '@steward/shared/api'
import { IconDots, IconShieldCheck } from '@tabler/icons-react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { peopleQuery, putDisabled, putMemberships } from '../../api/access.ts'
import { customersQuery } from '../../api/sites.ts'
import deviceClasses from '../../devices/devices.module.css'
import { Dialog } from '../../kit/dialog.tsx'
import formClasses from '../../kit/form.module.css'
import { Panel } from '../../kit/panel.tsx'
import { useProblem } from '../../kit/problem.ts'
import { ProblemLine } from '../../kit/problem-line.tsx'
import { type Column, Rows } from '../../kit/rows.tsx'
import { Asked } from '../../kit/states.tsx'
import { useWords } from '../../language/use-words.ts'
import { Age } from '../../time/age-shown.tsx'
import { MembershipFields } from './membership-fields.tsx'

export function People() {
  const { t } = useWords()
  const query = useQuery(peopleQuery)
  const [changed, setChanged] = useState<Person | null>(null)
  const columns: Column<Person>[] = [
    {
      key: 'name',
      title: t('people.person'),
      width: '4fr',
      cell: (it) => (
        <>
          <div className={deviceClasses.cut}>{it.name}</div>
          <span className={deviceClasses.sub}>{it.email}</span>
        </>
      ),
    },
    {
      key: 'roles',
      title: t('people.roles'),
      width: '5fr',
      from: 'sm',
      cell: (it) => <Roles memberships={it.memberships} />,
    },
    {
      key: 'factor',
      title: t('people.secondFactor'),
      width: '2fr',
      from: 'md',
      cell: (it) =>
        it.twoFactor ? (
          <span className={deviceClasses.kind}>
            <IconShieldCheck size={16} />
            {t('people.secondFactorOn')}
          </span>
        ) : (
          <span className={deviceClasses.dim}>{t('people.secondFactorOff')}</span>
        ),
    },
    {
      key: 'seen',
      title: t('people.seen'),
      width: '2fr',
      from: 'md',
      cell: (it) =>
        it.disabled ? t('people.disabled') : it.lastSeenAt === null ? '–' : <Age at={it.lastSeenAt} ago />,
    },
    {
      key: 'more',
      title: '',
      width: '48px',
      align: 'end',
      cell: (it) => <More person={it} onRoles={() => setChanged(it)} />,
    },
  ]
  return (
    <Panel flush>
      <Asked query={query}>
        {(people) => (
          <Rows
            label={t('nav.people')}
            columns={columns}
            rows={people}
            keyOf={(it) => it.id}
            isDim={(it) => it.disabled}
            height={56}
          />
        )}
      </Asked>
      {changed !== null && <RolesDialog person={changed} onClose={() => setChanged(null)} />}
    </Panel>
  )
}

/** `Engineer · Acme` for each of them. */
export function Roles({ memberships }: { memberships: readonly Membership[] }) {
  const { t } = useWords()
  const customers = useQuery(customersQuery).data ?? []
  if (memberships.length === 0) return <span className={deviceClasses.dim}>{t('people.noRole')}</span>
  return memberships
    .map(({ role, customer }) => {
      const where =
        customer === null ? t('people.company') : (customers.find((it) => it.id === customer)?.name ?? customer)
      return t('people.roleAt', { role: t(`role.${role}`), where })
    })
    .join(', ')
}

function More({ person, onRoles }: { person: Person; onRoles: () => void }) {
  const { t } = useWords()
  const client = useQueryClient()
  const problem = useProblem()
  const toggle = useMutation({
    mutationFn: () => putDisabled(person.id, !person.disabled),
    onSuccess: () => client.invalidateQueries({ queryKey: ['people'] }),
    onError: (error) => {
      const { title, detail } = problem(error)
      notifications.show({ color: 'red', title, message: detail ?? '' })
    },
  })
  return (
    <Menu>
      <Menu.Target>
        <Button size="xs" variant="subtle" color="gray" px={8} aria-label={t('people.change', { name: person.name })}>
          <IconDots size={16} />
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={onRoles}>{t('people.changeRoles')}</Menu.Item>
        <Menu.Item {...(person.disabled ? {} : { color: 'red' })} onClick={() => toggle.mutate()}>
          {person.disabled ? t('people.enable') : t('people.disable')}
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  )
}

function RolesDialog({ person, onClose }: { person: Person; onClose: () => void }) {
  const { t } = useWords()
  const client = useQueryClient()
  const [memberships, setMemberships] = useState<Membership[]>(person.memberships)
  const save = useMutation({
    mutationFn: () => putMemberships(person.id, memberships),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['people'] })
      onClose()
    },
  })
  return (
    <Dialog onClose={onClose} title={t('people.rolesOf', { name: person.name })} size="lg">
      <div className={formClasses.items}>
        <MembershipFields value={memberships} onChange={setMemberships} />
        <ProblemLine error={save.error} />
        <div className={formClasses.buttons}>
          <Button loading={save.isPending} onClick={() => save.mutate()}>
            {t('do.save')}
          </Button>
        </div>
      </div>
    </Dialog>
  )
}
