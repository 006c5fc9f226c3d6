import { ActionIcon, Button, Tooltip } from '@mantine/core'
import type { SiteLink, SiteLinks } from '@steward/shared/api'
import { IconCheck, IconX } from '@tabler/icons-react'
import { useState } from 'react'
import { useCan } from '../../api/me.ts'
import { useWords } from '../../language/use-words.ts'
import { Age } from '../../time/age-shown.tsx'
import { LinkPlaces } from '../../topology/link-places.tsx'
import classes from './topology.module.css'
import { useDecide } from './use-decide.ts'

type Props = { site: string; links: SiteLinks; nameOf: (id: string) => string; onChoose: (id: string) => void }

const most = 8
const changesShown = 3

/** What was learned of who hangs on whom and nobody has decided on, and what has changed of it. */
export function LearnedLinks({ site, links, nameOf, onChoose }: Props) {
  const { t, count } = useWords()
  const can = useCan()
  const decide = useDecide(site)
  const [all, setAll] = useState(false)
  const open = links.items
  const certain = open.filter((it) => it.state === 'proposed' && it.confidence !== 'low').map((it) => it.device)
  const shown = all ? open : open.slice(0, most)
  if (links.total === 0 && links.changes.length === 0) return null
  return (
    <section aria-label={t('links.title')}>
      <h2 className={classes.heading}>{t('links.title')}</h2>
      <p className={classes.hint}>
        {open.length === 0
          ? t('links.settled', { value: count(links.total) })
          : t('links.open', { count: open.length, value: count(open.length) })}
      </p>
      {can('connect') && certain.length > 1 && (
        <Button
          size="xs"
          variant="default"
          loading={decide.isPending}
          onClick={() => decide.mutate({ decision: 'confirm', devices: certain })}
        >
          {t('links.confirmAll', { value: count(certain.length) })}
        </Button>
      )}
      <ul className={classes.list}>
        {shown.map((link) => (
          <Proposal key={link.device} site={site} link={link} name={nameOf(link.device)} onChoose={onChoose} />
        ))}
      </ul>
      {shown.length < open.length && (
        <Button size="xs" variant="subtle" onClick={() => setAll(true)}>
          {t('drawing.more', { count: open.length - shown.length })}
        </Button>
      )}
      <Changes site={site} links={links} onChoose={onChoose} />
    </section>
  )
}

type ProposalProps = { site: string; link: SiteLink; name: string; onChoose: (id: string) => void }

function Proposal({ site, link, name, onChoose }: ProposalProps) {
  const { t } = useWords()
  const can = useCan()
  const decide = useDecide(site)
  const say = (decision: 'confirm' | 'overrule') => () => decide.mutate({ decision, devices: [link.device] })
  return (
    <li className={classes.proposal}>
      <button type="button" className={classes.item} onClick={() => onChoose(link.device)}>
        <span className={classes.name}>
          {name}
          <span className={classes.small}>
            <LinkPlaces link={link} site={site} />
          </span>
        </span>
      </button>
      {can('connect') && (
        <>
          <Tooltip label={t('links.confirm')}>
            <ActionIcon
              variant="default"
              aria-label={t('links.confirmOne', { name })}
              loading={decide.isPending}
              onClick={say('confirm')}
            >
              <IconCheck size={16} />
            </ActionIcon>
          </Tooltip>
          <Tooltip label={t('links.overrule')}>
            <ActionIcon
              variant="default"
              aria-label={t('links.overruleOne', { name })}
              disabled={decide.isPending}
              onClick={say('overrule')}
            >
              <IconX size={16} />
            </ActionIcon>
          </Tooltip>
        </>
      )}
    </li>
  )
}

function Changes({ site, links, onChoose }: Pick<Props, 'site' | 'links' | 'onChoose'>) {
  const { t, say } = useWords()
  const [all, setAll] = useState(false)
  if (links.changes.length === 0) return null
  return (
    <>
      <h3 className={classes.sub}>{t('links.changes')}</h3>
      <ul className={classes.list}>
        {links.changes.slice(0, all ? undefined : changesShown).map((it) => (
          <li key={`${it.at} ${it.device} ${it.kind}`}>
            <button type="button" className={classes.item} onClick={() => onChoose(it.device)}>
              <span className={classes.name}>
                {say(it.text)}
                <span className={classes.small}>
                  <Age at={it.at} site={site} ago />
                </span>
              </span>
            </button>
          </li>
        ))}
      </ul>
      {!all && links.changes.length > changesShown && (
        <Button size="xs" variant="subtle" onClick={() => setAll(true)}>
          {t('do.showMore')}
        </Button>
      )}
    </>
  )
}
