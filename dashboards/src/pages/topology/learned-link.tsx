import { Button, Group } from '@mantine/core'
import type { SiteLink } from '@steward/shared/api'
import { useCan } from '../../api/me.ts'
import { useWords } from '../../language/use-words.ts'
import { Age } from '../../time/age-shown.tsx'
import { LinkPlaces } from '../../topology/link-places.tsx'
import classes from './topology.module.css'
import { useDecide } from './use-decide.ts'

/** What was learned of the chosen device, with what speaks for it, and what can be said of it. */
export function LearnedLink({ site, link }: { site: string; link: SiteLink }) {
  const { t, say } = useWords()
  return (
    <div>
      <h3 className={classes.sub}>{t('links.learned')}</h3>
      <p className={classes.line}>
        <LinkPlaces link={link} site={site} />
      </p>
      <p className={classes.hint}>
        {t(`links.state.${link.state}`)} {t(`links.confidence.${link.confidence}`)}
        {link.decided !== null && (
          <>
            {' '}
            {link.decided.by}, <Age at={link.decided.at} site={site} ago />
          </>
        )}
      </p>
      <ul className={classes.evidence}>
        {link.by.map((it) => (
          <li key={it.text.en}>{say(it.text)}</li>
        ))}
      </ul>
      <Decisions site={site} link={link} />
    </div>
  )
}

function Decisions({ site, link }: { site: string; link: SiteLink }) {
  const { t } = useWords()
  const can = useCan()
  const decide = useDecide(site)
  if (!can('connect')) return null
  const isDecided = link.decided !== null
  const say = (decision: 'confirm' | 'overrule' | 'reset') => () => decide.mutate({ decision, devices: [link.device] })
  return (
    <Group gap="xs" my="xs">
      {link.state !== 'confirmed' && link.state !== 'stated' && (
        <Button size="xs" loading={decide.isPending} onClick={say('confirm')}>
          {t('links.confirm')}
        </Button>
      )}
      {!isDecided && (
        <Button size="xs" variant="default" disabled={decide.isPending} onClick={say('overrule')}>
          {t('links.overrule')}
        </Button>
      )}
      {isDecided && (
        <Button size="xs" variant="default" disabled={decide.isPending} onClick={say('reset')}>
          {t('links.reset')}
        </Button>
      )}
    </Group>
  )
}
