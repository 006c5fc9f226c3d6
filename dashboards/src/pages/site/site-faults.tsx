import { Link } from '@tanstack/react-router'
import { FaultList } from '../../faults/fault-list.tsx'
import { News } from '../../faults/news.tsx'
import { useFaultList } from '../../faults/use-fault-list.ts'
import { Panel } from '../../kit/panel.tsx'
import { Asked, Empty } from '../../kit/states.tsx'
import { useWords } from '../../language/use-words.ts'

export function SiteFaults({ site }: { site: string }) {
  const { t } = useWords()
  const query = useFaultList({ state: 'open', site })
  const { held } = query
  return (
    <Panel
      flush
      title={t('sites.running')}
      actions={
        <Link to="/faults" search={{ site, state: 'all' }} className="inline">
          {t('site.allFaults')}
        </Link>
      }
    >
      <Asked query={query}>
        {() =>
          held.rows.length === 0 && held.waiting === 0 ? (
            <Empty title={t('sites.nothingRuns')}>{t('site.nothingRunsText')}</Empty>
          ) : (
            <>
              <News count={held.waiting} onLetIn={held.letIn} />
              <FaultList faults={held.rows} label={t('sites.running')} ofSite />
            </>
          )
        }
      </Asked>
    </Panel>
  )
}
