import { Button, CloseButton, TextInput } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import type { Discovery } from '@steward/shared/api'
import { IconCheck, IconRadar2 } from '@tabler/icons-react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { acceptDiscovered, discoveredQuery } from '../../api/discovery.ts'
import { useCan } from '../../api/me.ts'
import { siteInputQuery } from '../../api/sites.ts'
import deviceClasses from '../../devices/devices.module.css'
import { Panel } from '../../kit/panel.tsx'
import { ProblemLine } from '../../kit/problem-line.tsx'
import { Asked, Empty } from '../../kit/states.tsx'
import { useWords } from '../../language/use-words.ts'
import { acceptOf, type Draft, type Drafts, needsSnmpUser, wrongNames } from './drafts.ts'
import { FoundRows } from './found-rows.tsx'
import { KnownRows } from './known-rows.tsx'

const nobody: ReadonlySet<string> = new Set()

/** What the search found, ticked and corrected by a person, then accepted together. */
export function FoundPanel({ site, search }: { site: string; search: Discovery }) {
  const { t, count } = useWords()
  const can = useCan()
  const mayAccept = can('configure')
  const query = useQuery(discoveredQuery(site, { startedAt: search.startedAt, state: search.state }))
  const input = useQuery({ ...siteInputQuery(site), enabled: mayAccept })
  const [drafts, setDrafts] = useState<Drafts>(new Map())
  const [snmpUser, setSnmpUser] = useState('')
  const [chosen, setChosen] = useState<ReadonlySet<string>>(nobody)
  const found = query.data ?? []
  const fresh = found.filter((it) => it.known === null)
  const known = found.filter((it) => it.known !== null)
  const wrong = wrongNames(found, drafts, chosen)
  const accept = useAccept(site, () => setChosen(nobody))
  const taken = acceptOf(found, drafts, chosen)
  const edit = {
    draft: (address: string, draft: Draft) => setDrafts(new Map([...drafts, [address, draft]])),
    choose: (address: string, isChosen: boolean) =>
      setChosen(new Set(isChosen ? [...chosen, address] : [...chosen].filter((it) => it !== address))),
  }
  return (
    <>
      <Panel
        flush
        title={t('discovery.found')}
        aside={count(fresh.length)}
        actions={
          mayAccept &&
          fresh.length > 0 && (
            <Button size="xs" variant="default" onClick={() => setChosen(new Set(fresh.map((it) => it.address)))}>
              {t('discovery.chooseAll')}
            </Button>
          )
        }
      >
        <Asked query={query}>
          {() =>
            fresh.length === 0 ? (
              <Empty
                icon={<IconRadar2 size={40} stroke={1.2} />}
                title={t(search.state === 'running' ? 'discovery.nothingYet' : 'discovery.nothing')}
              >
                {search.state !== 'running' && found.length === 0 && t('discovery.nothingText')}
              </Empty>
            ) : (
              <FoundRows
                found={fresh}
                systems={input.data?.systems ?? []}
                drafts={drafts}
                chosen={chosen}
                wrong={wrong}
                {...(mayAccept ? { edit } : {})}
              />
            )
          }
        </Asked>
      </Panel>
      {known.length > 0 && (
        <Panel flush title={t('discovery.there')} aside={count(known.length)}>
          <KnownRows site={site} found={known} />
        </Panel>
      )}
      <ProblemLine error={accept.error} />
      {taken.devices.length > 0 && (
        <div className={deviceClasses.bulk} role="toolbar" aria-label={t('discovery.accept', { count: chosen.size })}>
          <span>{t('devices.chosen', { count: taken.devices.length, value: count(taken.devices.length) })}</span>
          {needsSnmpUser(found, chosen) && (
            <TextInput
              size="xs"
              aria-label={t('discovery.snmpUser')}
              placeholder={t('discovery.snmpUser')}
              maxLength={64}
              value={snmpUser}
              onChange={(event) => setSnmpUser(event.currentTarget.value)}
            />
          )}
          <Button
            size="xs"
            leftSection={<IconCheck size={14} />}
            loading={accept.isPending}
            disabled={wrong.size > 0}
            onClick={() => accept.mutate({ ...taken, ...(snmpUser.trim() === '' ? {} : { snmpUser }) })}
          >
            {t('discovery.accept', { count: taken.devices.length })}
          </Button>
          <CloseButton aria-label={t('devices.chooseNone')} onClick={() => setChosen(nobody)} />
        </div>
      )}
    </>
  )
}

function useAccept(site: string, onDone: () => void) {
  const { t } = useWords()
  const client = useQueryClient()
  return useMutation({
    mutationFn: (body: Parameters<typeof acceptDiscovered>[1]) => acceptDiscovered(site, body),
    onSuccess: async ({ created }) => {
      notifications.show({ message: t('discovery.accepted', { count: created.length }) })
      onDone()
      await client.invalidateQueries()
    },
  })
}
