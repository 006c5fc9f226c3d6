import { Button, SegmentedControl } from '@mantine/core'
import type { Delivery } from '@steward/shared/api'
import { IconAlertCircle, IconCheck, IconClock } from '@tabler/icons-react'
import { useInfiniteQuery } from '@tanstack/react-query'
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router'
import classes from '../../alerts/alerts.module.css'
import { channelOf } from '../../alerts/channels.ts'
import { deliveriesQuery } from '../../api/alerts.ts'
import { Panel } from '../../kit/panel.tsx'
import { type Column, Rows } from '../../kit/rows.tsx'
import { Asked, Empty } from '../../kit/states.tsx'
import { useWords } from '../../language/use-words.ts'
import { Instant } from '../../time/age-shown.tsx'

const route = getRouteApi('/app/alerts')
const states = ['pending', 'sent', 'failed'] as const
const icons = { pending: IconClock, sent: IconCheck, failed: IconAlertCircle } as const

/** What was sent to whom, and what became of it. */
export function Deliveries() {
  const { t } = useWords()
  const { state, recipient } = route.useSearch()
  const navigate = useNavigate()
  const query = useInfiniteQuery(deliveriesQuery({ state, recipient }))
  return (
    <Panel flush>
      <div className={classes.filters}>
        <SegmentedControl
          size="xs"
          aria-label={t('delivery.state')}
          data={[
            { value: '', label: t('delivery.all') },
            ...states.map((it) => ({ value: it, label: t(`delivery.is.${it}`) })),
          ]}
          value={state ?? ''}
          onChange={(value) =>
            void navigate({
              to: '/alerts',
              search: { tab: 'deliveries', recipient, state: states.find((it) => it === value) },
              replace: true,
            })
          }
        />
      </div>
      <Asked query={query}>
        {(data) => {
          const items = data.pages.flatMap((it) => it.items)
          if (items.length === 0) return <Empty title={t('delivery.none')}>{t('delivery.noneText')}</Empty>
          return (
            <>
              <DeliveryRows items={items} />
              {query.hasNextPage && (
                <div className={classes.filters}>
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
  )
}

function DeliveryRows({ items }: { items: readonly Delivery[] }) {
  const { t, count } = useWords()
  const columns: Column<Delivery>[] = [
    { key: 'at', title: t('delivery.at'), width: '180px', cell: (it) => <Instant at={it.at} /> },
    { key: 'recipient', title: t('delivery.recipient'), width: '3fr', cell: (it) => <To delivery={it} /> },
    {
      key: 'what',
      title: t('delivery.what'),
      width: '2fr',
      from: 'sm',
      cell: (it) =>
        it.fault === null ? (
          t(`delivery.event.${it.event}`)
        ) : (
          <Link to="/faults/$fault" params={{ fault: it.fault }} className="inline">
            {t(`delivery.event.${it.event}`)}
          </Link>
        ),
    },
    { key: 'state', title: t('delivery.state'), width: '4fr', cell: (it) => <State delivery={it} /> },
    {
      key: 'tries',
      title: t('delivery.tries'),
      width: '72px',
      from: 'md',
      align: 'end',
      cell: (it) => count(it.attempts),
    },
  ]
  return (
    <Rows
      label={t('alerts.deliveries')}
      columns={columns}
      rows={items}
      keyOf={(it) => it.id}
      height={48}
      phoneHeight={72}
    />
  )
}

function To({ delivery }: { delivery: Delivery }) {
  const Icon = channelOf(delivery.channel).icon
  return (
    <span className={classes.state}>
      <Icon size={16} stroke={1.6} />
      {delivery.recipient}
    </span>
  )
}

function State({ delivery }: { delivery: Delivery }) {
  const { t } = useWords()
  const Icon = icons[delivery.state]
  return (
    <>
      <span className={classes.state} data-state={delivery.state}>
        <Icon size={16} />
        {t(`delivery.is.${delivery.state}`)}
      </span>
      {delivery.error !== null && <div className={classes.error}>{delivery.error}</div>}
    </>
  )
}
