import type { SiteSummary } from '@steward/shared/api'
import { IconCheck } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link } from '@tanstack/react-router'
import { sitesQuery } from '../../api/sites.ts'
import { LinkButton } from '../../kit/link-button.tsx'
import { Page } from '../../kit/page.tsx'
import { Panel } from '../../kit/panel.tsx'
import { Asked } from '../../kit/states.tsx'
import { useWords } from '../../language/use-words.ts'
import { type GuideStep, guideSteps } from '../../search.ts'
import classes from './guide.module.css'
import { GuideAgent } from './guide-agent.tsx'
import { GuideAlerts } from './guide-alerts.tsx'
import { GuideDevices } from './guide-devices.tsx'
import { GuideSite } from './guide-site.tsx'
import { useGuideProgress } from './use-guide-progress.ts'

const route = getRouteApi('/app/guide')

/** From an empty hub to a watched site, step by step; each step can be left, and comes back as it was. */
export function GuidePage() {
  const { t } = useWords()
  const query = useQuery(sitesQuery)
  const progress = useGuideProgress()
  const { step = progress.next ?? 'alerts' } = route.useSearch()
  return (
    <Page
      title={t('guide.title')}
      meta={t('guide.text')}
      actions={
        <LinkButton to="/" variant="default">
          {progress.next === null ? t('guide.finish') : t('guide.later')}
        </LinkButton>
      }
    >
      <div className={classes.columns}>
        <nav aria-label={t('guide.steps')}>
          <ol className={classes.steps}>
            {progress.steps.map((it, i) => (
              <li key={it.step}>
                <Link
                  to="/guide"
                  search={{ step: it.step }}
                  className={classes.step}
                  data-done={it.done || undefined}
                  aria-current={it.step === step ? 'step' : undefined}
                >
                  <span className={classes.number}>{it.done ? <IconCheck size={14} stroke={3} /> : i + 1}</span>
                  <span>
                    <span className={classes.name}>{t(`guide.step.${it.step}`)}</span>
                    <span className={classes.hint}>{t(`guide.hint.${it.step}`)}</span>
                  </span>
                </Link>
              </li>
            ))}
          </ol>
        </nav>
        <div className={classes.body}>
          <Asked query={query}>{(sites) => <Step step={step} sites={sites} />}</Asked>
          {progress.next === null && (
            <Panel>
              <p className={classes.done}>{t('guide.done')}</p>
              <LinkButton to="/">{t('guide.toSites')}</LinkButton>
            </Panel>
          )}
        </div>
      </div>
    </Page>
  )
}

function Step({ step, sites }: { step: GuideStep; sites: readonly SiteSummary[] }) {
  // The guide follows the site that was made last; who has many knows the way without it.
  const site = sites.find((it) => it.agent.state !== 'connected' || it.devices.total === 0) ?? sites[0]
  const after = guideSteps[guideSteps.indexOf(step) + 1]
  if (step === 'site' || site === undefined) return <GuideSite sites={sites} />
  if (step === 'agent') return <GuideAgent site={site} />
  if (step === 'devices') return <GuideDevices site={site} next={after ?? 'alerts'} />
  return <GuideAlerts />
}
