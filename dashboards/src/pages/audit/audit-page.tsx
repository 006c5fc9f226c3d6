import { Button, Select, TextInput } from '@mantine/core'
import { useDebouncedCallback } from '@mantine/hooks'
import type { AuditEntry } from '@steward/shared/api'
import { useInfiniteQuery, useQuery } from '@tanstack/react-query'
import { getRouteApi, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import alertClasses from '../../alerts/alerts.module.css'
import { type AuditFilter, auditQuery } from '../../api/access.ts'
import { sitesQuery } from '../../api/sites.ts'
import { Page } from '../../kit/page.tsx'
import { Panel } from '../../kit/panel.tsx'
import { type Column, Rows } from '../../kit/rows.tsx'
import { Asked, Empty } from '../../kit/states.tsx'
import { useWords } from '../../language/use-words.ts'
import { Instant } from '../../time/age-shown.tsx'
import classes from './audit-page.module.css'

const route = getRouteApi('/app/audit')
const typingMs = 300

/** Who did what: written by the hub, changed by nobody. */
export function AuditPage() {
  const { t } = useWords()
  const filter = route.useSearch()
  const query = useInfiniteQuery(auditQuery(filter))
  return (
    <Page title={t('nav.audit')} meta={t('audit.text')}>
      <Panel flush>
        <Filters />
        <Asked query={query}>
          {(data) => {
            const items = data.pages.flatMap((it) => it.items)
            if (items.length === 0) return <Empty title={t('audit.none')}>{t('audit.noneText')}</Empty>
            return (
              <>
                <AuditRows items={items} />
                {query.hasNextPage && (
                  <div className={alertClasses.filters}>
                    <Button
                      variant="default"
                      loading={query.isFetchingNextPage}
                      onClick={() => void query.fetchNextPage()}
                    >
                      {t('do.showMore')}
                    </Button>
                  </div>
                )}
              </>
            )
          }}
        </Asked>
      </Panel>
    </Page>
  )
}

function Filters() {
  const { t } = useWords()
  const filter = route.useSearch()
  const navigate = useNavigate()
  const sites = useQuery(sitesQuery).data ?? []
  const set = (part: AuditFilter): void =>
    void navigate({ to: '/audit', search: { ...filter, ...part }, replace: true })
  return (
    <div className={alertClasses.filters}>
      <Typed label={t('audit.who')} value={filter.who} onChange={(who) => set({ who })} />
      <Typed label={t('audit.action')} value={filter.action} onChange={(action) => set({ action })} />
      <Select
        aria-label={t('sites.site')}
        placeholder={t('faults.anySite')}
        data={sites.map((it) => ({ value: it.id, label: it.name }))}
        searchable
        clearable
        value={filter.site ?? null}
        onChange={(value) => set({ site: value ?? undefined })}
      />
    </div>
  )
}

type TypedProps = { label: string; value: string | undefined; onChange: (value: string | undefined) => void }

/** A field that acts when typing pauses. */
function Typed({ label, value, onChange }: TypedProps) {
  const [text, setText] = useState(value ?? '')
  const later = useDebouncedCallback((typed: string) => onChange(typed === '' ? undefined : typed), typingMs)
  return (
    <TextInput
      aria-label={label}
      placeholder={label}
      value={text}
      onChange={(event) => {
        setText(event.currentTarget.value)
        later(event.currentTarget.value.trim())
      }}
    />
  )
}

function AuditRows({ items }: { items: readonly AuditEntry[] }) {
  const { t } = useWords()
  const columns: Column<AuditEntry>[] = [
    {
      key: 'at',
      title: t('audit.at'),
      width: '200px',
      from: 'sm',
      cell: (it) => <Instant at={it.at} site={it.site ?? undefined} />,
    },
    {
      key: 'who',
      title: t('audit.who'),
      width: '3fr',
      cell: (it) => (
        <>
          <span translate="no">{it.who}</span>
          <span className={classes.onPhone}>
            <Instant at={it.at} site={it.site ?? undefined} />
          </span>
        </>
      ),
    },
    {
      key: 'action',
      title: t('audit.action'),
      width: '2fr',
      cell: (it) => <code className={classes.code}>{it.action}</code>,
    },
    {
      key: 'target',
      title: t('audit.target'),
      width: '3fr',
      from: 'sm',
      cell: (it) => <span translate="no">{it.target}</span>,
    },
    { key: 'site', title: t('sites.site'), width: '2fr', from: 'lg', cell: (it) => it.site ?? '–' },
    { key: 'detail', title: t('audit.detail'), width: '4fr', from: 'md', cell: (it) => <Detail detail={it.detail} /> },
  ]
  return (
    <Rows label={t('nav.audit')} columns={columns} rows={items} keyOf={(it) => it.id} height={44} phoneHeight={60} />
  )
}

function Detail({ detail }: { detail: AuditEntry['detail'] }) {
  const entries = Object.entries(detail)
  if (entries.length === 0) return null
  const text = entries
    .map(([name, value]) => `${name}: ${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(' · ')
  return (
    <span className={classes.detail} title={text} translate="no">
      {text}
    </span>
  )
}
