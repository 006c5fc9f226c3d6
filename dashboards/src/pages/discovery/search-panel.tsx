import { Autocomplete, Button, Progress, TextInput } from '@mantine/core'
import type { Discovery, SiteDiscovery } from '@steward/shared/api'
import { Cidr } from '@steward/shared/model'
import { IconPlayerStop, IconRadar2 } from '@tabler/icons-react'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { cancelDiscovery, discoveryQuery, startDiscovery } from '../../api/discovery.ts'
import formClasses from '../../kit/form.module.css'
import { Panel } from '../../kit/panel.tsx'
import { ProblemLine } from '../../kit/problem-line.tsx'
import { useWords } from '../../language/use-words.ts'
import { Age } from '../../time/age-shown.tsx'
import classes from './discovery.module.css'
import { portsOf } from './ports-text.ts'

type Props = { site: string; discovery: SiteDiscovery }

/** Where to search, and how far the search is. */
export function SearchPanel({ site, discovery: { networks, search } }: Props) {
  const { t } = useWords()
  const [network, setNetwork] = useState(search?.network ?? networks.find(isNarrow) ?? '')
  const [ports, setPorts] = useState('')
  const client = useQueryClient()
  const take = (answer: SiteDiscovery): void => {
    client.setQueryData(discoveryQuery(site).queryKey, answer)
  }
  const more = portsOf(ports)
  const start = useMutation({
    mutationFn: () => startDiscovery(site, { network: network.trim(), ports: more ?? [] }),
    onSuccess: take,
  })
  const cancel = useMutation({ mutationFn: () => cancelDiscovery(site), onSuccess: take })
  const isRunning = search?.state === 'running'
  return (
    <Panel>
      <form
        className={classes.form}
        onSubmit={(event) => {
          event.preventDefault()
          start.mutate()
        }}
      >
        <Autocomplete
          className={classes.network ?? ''}
          label={t('discovery.network')}
          description={t('discovery.networkText')}
          inputWrapperOrder={['label', 'input', 'description']}
          placeholder="192.168.1.0/24"
          data={networks}
          value={network}
          onChange={setNetwork}
          disabled={isRunning}
        />
        <TextInput
          className={classes.ports ?? ''}
          label={t('discovery.ports')}
          description={t('discovery.portsText')}
          inputWrapperOrder={['label', 'input', 'description', 'error']}
          placeholder="onvif:8899, modbus:1502"
          value={ports}
          onChange={(event) => setPorts(event.currentTarget.value)}
          error={more === null && t('discovery.portsWrong')}
          disabled={isRunning}
        />
        <div className={classes.go}>
          {isRunning ? (
            <Button
              variant="default"
              leftSection={<IconPlayerStop size={16} />}
              loading={cancel.isPending}
              onClick={() => cancel.mutate()}
            >
              {t('do.cancel')}
            </Button>
          ) : (
            <Button
              type="submit"
              leftSection={<IconRadar2 size={16} />}
              loading={start.isPending}
              disabled={more === null || !Cidr.safeParse(network.trim()).success}
            >
              {t('discovery.start')}
            </Button>
          )}
        </div>
      </form>
      {networks.length === 0 && <p className={formClasses.hint}>{t('discovery.noAgent')}</p>}
      <ProblemLine error={start.error ?? cancel.error} />
      {search !== null && <HowFar search={search} site={site} />}
    </Panel>
  )
}

/** The agent takes a /16 at most. */
function isNarrow(network: string): boolean {
  return Number(network.split('/')[1]) >= 16
}

function HowFar({ search, site }: { search: Discovery; site: string }) {
  const { t, count, percent } = useWords()
  const { state, asked, toAsk, found, network, startedAt, endedAt, startedBy, why } = search
  const share = toAsk === 0 ? 0 : asked / toAsk
  return (
    <div className={classes.progress}>
      {state === 'running' && (
        <Progress value={share * 100} aria-label={t('discovery.progress')} animated={false} size="sm" />
      )}
      <div className={classes.figures} role="status">
        <span>{t(`discovery.is.${state}`, { network })}</span>
        {state === 'running' && <span>{percent(Math.floor(share * 100) / 100)}</span>}
        <span>{t('discovery.foundCount', { count: found, value: count(found) })}</span>
        <span>
          <Age at={startedAt} until={endedAt} site={site} />
        </span>
        <span>{startedBy}</span>
        {why !== null && <span>{t(`discovery.why.${why}`)}</span>}
      </div>
    </div>
  )
}
