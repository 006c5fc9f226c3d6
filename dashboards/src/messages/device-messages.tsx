import { Button, Select, TextInput } from '@mantine/core'
import { useDebouncedValue } from '@mantine/hooks'
import type { DeviceDetail, DeviceMessageEntry } from '@steward/shared/api'
import { IconSearch } from '@tabler/icons-react'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useCan } from '../api/me.ts'
import { type MessageFilter, messagesQuery } from '../api/messages.ts'
import { siteQuery } from '../api/sites.ts'
import { LinkButton } from '../kit/link-button.tsx'
import { Panel } from '../kit/panel.tsx'
import { Asked, Empty } from '../kit/states.tsx'
import { useWords } from '../language/use-words.ts'
import { Age } from '../time/age-shown.tsx'
import classes from './device-messages.module.css'

/** Syslog's own words, by its number (RFC 5424 section 6.2.1). */
const words = ['emergency', 'alert', 'critical', 'error', 'warning', 'notice', 'info', 'debug'] as const
const offered = ['error', 'warning', 'notice'] as const
const pauseMs = 300

/** What the device said by itself: SNMP notifications and syslog, newest first. */
export function DeviceMessages({ device }: { device: DeviceDetail }) {
  const { t } = useWords()
  const [urgency, setUrgency] = useState<string | null>(null)
  const [typed, setTyped] = useState('')
  const [search] = useDebouncedValue(typed.trim(), pauseMs)
  const filter: MessageFilter = {
    device: device.id,
    ...(urgency === null ? {} : { urgency: Number(urgency) }),
    ...(search === '' ? {} : { search }),
  }
  const isFiltered = urgency !== null || search !== ''
  const query = useInfiniteQuery(messagesQuery(device.site, filter))
  const isThere = isFiltered || (query.data?.pages[0]?.items.length ?? 0) > 0
  const controls = (
    <>
      <Select
        size="xs"
        aria-label={t('messages.urgency')}
        placeholder={t('messages.anyUrgency')}
        clearable
        data={offered.map((it) => ({
          value: String(words.indexOf(it)),
          label: t('messages.andAbove', { word: t(`urgency.${it}`) }),
        }))}
        value={urgency}
        onChange={setUrgency}
      />
      <TextInput
        size="xs"
        aria-label={t('messages.search')}
        placeholder={t('messages.search')}
        leftSection={<IconSearch size={14} />}
        maxLength={100}
        value={typed}
        onChange={(event) => setTyped(event.currentTarget.value)}
      />
    </>
  )
  return (
    <Panel flush title={t('messages.title')} aside={t('messages.what')} actions={isThere && controls}>
      <Asked query={query}>
        {({ pages }) => {
          const all = pages.flatMap((it) => it.items)
          if (all.length === 0) return isFiltered ? <Empty title={t('messages.noneSuch')} /> : <None device={device} />
          return (
            <>
              <ul className={classes.list}>
                {all.map((it) => (
                  <Message key={it.id} message={it} site={device.site} />
                ))}
              </ul>
              {query.hasNextPage && (
                <div className={classes.more}>
                  <Button
                    size="xs"
                    variant="default"
                    loading={query.isFetchingNextPage}
                    onClick={() => void query.fetchNextPage()}
                  >
                    {t('messages.older')}
                  </Button>
                </div>
              )}
            </>
          )
        }}
      </Asked>
    </Panel>
  )
}

function Message({ message, site }: { message: DeviceMessageEntry; site: string }) {
  const { t, count } = useWords()
  const { urgency, protocol, name, text, fields } = message
  const isTooMany = name === '…'
  const word = urgency === null ? undefined : words[urgency]
  const head = (
    <>
      <span className={classes.how} data-urgency={urgency ?? 'none'}>
        {word === undefined ? t(`protocol.${protocol}`) : t(`urgency.${word}`)}
      </span>
      <span className={classes.said} {...(isTooMany ? {} : { translate: 'no' })}>
        {isTooMany ? (
          t('messages.tooMany', { count: message.count })
        ) : (
          <>
            {name !== '' && <strong>{name}</strong>} {text}
            {message.count > 1 && <span className={classes.count}>× {count(message.count)}</span>}
          </>
        )}
      </span>
      <span className={classes.age}>
        <Age at={message.at} site={site} ago />
      </span>
    </>
  )
  const told = Object.entries(fields)
  if (told.length === 0) return <li className={classes.row}>{head}</li>
  return (
    <li>
      <details>
        <summary className={classes.row}>{head}</summary>
        <dl className={classes.fields} translate="no">
          {told.map(([key, value]) => (
            <div key={key}>
              <dt>{key}</dt>
              <dd>{value}</dd>
            </div>
          ))}
        </dl>
      </details>
    </li>
  )
}

/** Nothing yet: because nobody listens, or because it said nothing. */
function None({ device }: { device: DeviceDetail }) {
  const { t } = useWords()
  const can = useCan()
  const settings = useQuery(siteQuery(device.site)).data?.settings
  if (settings === undefined) return null
  const { trap, syslog } = settings.listeners ?? {}
  if (trap !== undefined || syslog !== undefined)
    return <Empty title={t('messages.none')}>{t('messages.noneText')}</Empty>
  const switchOn = (
    <LinkButton size="xs" variant="default" to="/sites/$site/edit" params={{ site: device.site }}>
      {t('messages.switchOn')}
    </LinkButton>
  )
  return (
    <Empty title={t('messages.off')} action={can('configure') && switchOn}>
      {t('messages.offText')}
    </Empty>
  )
}
