import { Button } from '@mantine/core'
import type { SiteSummary } from '@steward/shared/api'
import { useQuery } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { customersQuery } from '../../api/sites.ts'
import { SiteForm } from '../../inventory/site-form.tsx'
import formClasses from '../../kit/form.module.css'
import { LinkButton } from '../../kit/link-button.tsx'
import { Panel } from '../../kit/panel.tsx'
import { Asked } from '../../kit/states.tsx'
import { useWords } from '../../language/use-words.ts'

export function GuideSite({ sites }: { sites: readonly SiteSummary[] }) {
  const { t, list } = useWords()
  const navigate = useNavigate()
  const customers = useQuery(customersQuery)
  const [another, setAnother] = useState(false)
  if (sites.length > 0 && !another) {
    return (
      <Panel title={t('guide.step.site')}>
        <p className={formClasses.hint}>
          {t('guide.sitesThere', { sites: list(sites.slice(0, 5).map((it) => it.name)) })}
        </p>
        <div className={formClasses.buttons}>
          <LinkButton mt="md" to="/guide" search={{ step: 'agent' }}>
            {t('guide.next')}
          </LinkButton>
          <Button mt="md" variant="default" onClick={() => setAnother(true)}>
            {t('sites.add')}
          </Button>
        </div>
      </Panel>
    )
  }
  return (
    <Asked query={customers}>
      {() => <SiteForm onDone={() => void navigate({ to: '/guide', search: { step: 'agent' } })} />}
    </Asked>
  )
}
