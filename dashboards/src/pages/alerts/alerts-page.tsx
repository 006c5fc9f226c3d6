import { Button, Tabs } from '@mantine/core'
import { IconPlus } from '@tabler/icons-react'
import { getRouteApi, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { MailPanel } from '../../alerts/mail-form.tsx'
import { RecipientForm } from '../../alerts/recipient-form.tsx'
import { useCan, useIsCompanyAdministrator } from '../../api/me.ts'
import { Dialog } from '../../kit/dialog.tsx'
import { Page } from '../../kit/page.tsx'
import { useWords } from '../../language/use-words.ts'
import { alertTabs } from '../../search.ts'
import { Deliveries } from './deliveries.tsx'
import { Recipients } from './recipients.tsx'

const route = getRouteApi('/app/alerts')

/** Who is told of faults, how, and whether it arrived. */
export function AlertsPage() {
  const { t } = useWords()
  const can = useCan()
  const isCompany = useIsCompanyAdministrator()
  const { tab = 'recipients' } = route.useSearch()
  const navigate = useNavigate()
  const [isAdding, setIsAdding] = useState(false)
  const tabs = alertTabs.filter((it) => it !== 'mail' || isCompany)
  return (
    <Page
      title={t('nav.alerts')}
      meta={t('alerts.text')}
      actions={
        can('configure') && (
          <Button leftSection={<IconPlus size={16} />} onClick={() => setIsAdding(true)}>
            {t('recipient.add')}
          </Button>
        )
      }
    >
      <Tabs
        value={tab}
        keepMounted={false}
        onChange={(value) => {
          const next = alertTabs.find((it) => it === value)
          void navigate({ to: '/alerts', search: next === undefined || next === 'recipients' ? {} : { tab: next } })
        }}
      >
        <Tabs.List mb="md">
          {tabs.map((it) => (
            <Tabs.Tab key={it} value={it}>
              {t(`alerts.${it}`)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value="recipients">
          <Recipients onAdd={() => setIsAdding(true)} />
        </Tabs.Panel>
        <Tabs.Panel value="deliveries">
          <Deliveries />
        </Tabs.Panel>
        <Tabs.Panel value="mail">
          <MailPanel />
        </Tabs.Panel>
      </Tabs>
      {isAdding && (
        <Dialog onClose={() => setIsAdding(false)} title={t('recipient.add')} size="lg">
          <RecipientForm onDone={() => setIsAdding(false)} />
        </Dialog>
      )}
    </Page>
  )
}
