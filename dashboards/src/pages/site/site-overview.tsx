import { Box, SegmentedControl } from '@mantine/core'
import type { Capability, SiteDetail } from '@steward/shared/api'
import { IconBox } from '@tabler/icons-react'
import { getRouteApi, useNavigate } from '@tanstack/react-router'
import { AvailabilityPanel } from '../../availability/availability-panel.tsx'
import { systemIcon } from '../../devices/kinds.ts'
import { Panel } from '../../kit/panel.tsx'
import { Empty } from '../../kit/states.tsx'
import { useWords } from '../../language/use-words.ts'
import { capabilitySpans } from '../../search.ts'
import { DeviceBar } from '../../sites/device-bar.tsx'
import { CapabilityCharts } from './capability-chart.tsx'
import { type CapabilityState, stateOfCapability } from './capability-state.ts'
import { SiteFaults } from './site-faults.tsx'
import classes from './site-page.module.css'

const route = getRouteApi('/app/sites/$site')

export function SiteOverview({ site }: { site: SiteDetail }) {
  const { t } = useWords()
  return (
    <div className={classes.columns}>
      <div className={classes.column}>
        <Panel flush title={t('site.systems')} actions={site.capabilities.length > 0 && <SpanChoice />}>
          {site.systems.length === 0 ? (
            <Empty icon={<IconBox size={32} stroke={1.2} />} title={t('site.noSystems')}>
              {t('site.noSystemsText')}
            </Empty>
          ) : (
            <Systems site={site} />
          )}
        </Panel>
        <Panel title={t('site.devices')}>
          <DeviceBar devices={site.devices} />
        </Panel>
      </div>
      <div className={classes.column}>
        <SiteFaults site={site.id} />
        <AvailabilityPanel
          site={site.id}
          systems={site.systems.map((it) => ({ id: it.id, name: it.name ?? t(`system.${it.kind}`) }))}
        />
      </div>
    </div>
  )
}

/** Now alone, or how it came to be as well; it stands in the address. */
function SpanChoice() {
  const { t } = useWords()
  const { over } = route.useSearch()
  const navigate = useNavigate()
  const show = (chosen: string): void =>
    void navigate({
      to: '.',
      search: (it) => ({ ...it, over: capabilitySpans.find((span) => span === chosen) }),
      replace: true,
      resetScroll: false,
    })
  return (
    <SegmentedControl
      size="xs"
      aria-label={t('chart.range')}
      data={[
        { value: '', label: t('capability.now') },
        ...capabilitySpans.map((it) => ({ value: it, label: t(`range.${it}`) })),
      ]}
      value={over ?? ''}
      onChange={show}
    />
  )
}

function Systems({ site }: { site: SiteDetail }) {
  const { t } = useWords()
  const { over } = route.useSearch()
  return (
    <div className={classes.systems}>
      {site.systems.map((system) => {
        const Icon = systemIcon(system.kind)
        const capabilities = site.capabilities.filter((it) => it.system === system.id)
        return (
          <section key={system.id} className={classes.system}>
            <h3 className={classes.systemName}>
              <Icon size={18} stroke={1.6} />
              {system.name ?? t(`system.${system.kind}`)}
            </h3>
            <div className={classes.functions}>
              {capabilities.map((it) => (
                <CapabilityBar key={it.function} capability={it} />
              ))}
              {capabilities.length === 0 && <span className={classes.value}>{t('site.noFunctions')}</span>}
            </div>
            {over !== undefined && <CapabilityCharts site={site.id} over={over} capabilities={capabilities} />}
          </section>
        )
      })}
    </div>
  )
}

/** What is left of a function: the bar, where it would be paralysed, and both in words. */
function CapabilityBar({ capability }: { capability: Capability }) {
  const { t, percent } = useWords()
  const { name, value, paralysedBelow, essential } = capability
  const state: CapabilityState = stateOfCapability(capability)
  const share = (it: number): string => `${Math.round(Math.min(1, Math.max(0, it)) * 1000) / 10}%`
  return (
    <div className={classes.function}>
      <span className={classes.functionName}>{name}</span>
      <span className={classes.value}>
        <b>{percent(value)}</b>
        <span>{t(`capability.${state}`)}</span>
      </span>
      <Box
        className={classes.track}
        role="meter"
        aria-label={name}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={Math.round(value * 100)}
        aria-valuetext={`${percent(value)}, ${t(`capability.${state}`)}`}
        title={
          essential && paralysedBelow !== null ? t('capability.limit', { share: percent(paralysedBelow) }) : undefined
        }
      >
        <Box className={classes.fill} data-state={state} __vars={{ '--value': share(value) }} />
        {essential && paralysedBelow !== null && (
          <Box className={classes.limit} __vars={{ '--limit': share(paralysedBelow) }} />
        )}
      </Box>
    </div>
  )
}
