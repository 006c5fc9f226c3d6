import { Button, Tabs } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import { getRouteApi, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { Dialog } from '../../kit/dialog.tsx'
import { Page } from '../../kit/page.tsx'
import { useWords } from '../../language/use-words.ts'
import { peopleTabs } from '../../search.ts'
import { ApiKeys } from './api-keys.tsx'
import { Invitations } from './invitations.tsx'
import { InviteForm } from './invite-form.tsx'
import { KeyForm } from './key-form.tsx'
import { People } from './people.tsx'

const route = getRouteApi('/app/people')

/** Who may do what: people, open invitations, keys for programs. */
export function PeoplePage() {
  const { t } = useWords()
  const { tab = 'people' } = route.useSearch()
  const navigate = useNavigate()
  const [open, setOpen] = useState<'invite' | 'key' | null>(null)
  const close = (): void => setOpen(null)
  return (
    <Page
      title={t('nav.people')}
      actions={
        tab === 'keys' ? (
          <Button leftSection={<IconPlus size={16} />} onClick={() => setOpen('key')}>
            {t('keysOf.add')}
          </Button>
        ) : (
          <Button leftSection={<IconPlus size={16} />} onClick={() => setOpen('invite')}>
            {t('people.invite')}
          </Button>
        )
      }
    >
      <Tabs
        value={tab}
        keepMounted={false}
        onChange={(value) => {
          const next = peopleTabs.find((it) => it === value)
          void navigate({ to: '/people', search: next === undefined || next === 'people' ? {} : { tab: next } })
        }}
      >
        <Tabs.List mb="md">
          {peopleTabs.map((it) => (
            <Tabs.Tab key={it} value={it}>
              {t(`people.${it}`)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value="people">
          <People />
        </Tabs.Panel>
        <Tabs.Panel value="invitations">
          <Invitations />
        </Tabs.Panel>
        <Tabs.Panel value="keys">
          <ApiKeys />
        </Tabs.Panel>
      </Tabs>
      {open === 'invite' && (
        <Dialog onClose={close} title={t('people.invite')} size="lg">
          <InviteForm onClose={close} />
        </Dialog>
      )}
      {open === 'key' && (
        <Dialog onClose={close} title={t('keysOf.add')} size="lg">
          <KeyForm onClose={close} />
        </Dialog>
      )}
    </Page>
  )
}
