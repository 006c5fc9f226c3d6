import { Button, Group, Text } from '@mantine/core'
import type { SiteDetail } from '@steward/shared/api'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { customersQuery, removeSite, siteInputQuery } from '../../api/sites.ts'
import { SiteForm } from '../../inventory/site-form.tsx'
import { Dialog } from '../../kit/dialog.tsx'
import formClasses from '../../kit/form.module.css'
import { Crumbs, CrumbToSites, Page } from '../../kit/page.tsx'
import { ProblemLine } from '../../kit/problem-line.tsx'
import { Asked } from '../../kit/states.tsx'
import { useWords } from '../../language/use-words.ts'

const route = getRouteApi('/app/sites/$site/edit')

export function NewSitePage() {
  const { t } = useWords()
  const navigate = useNavigate()
  const customers = useQuery(customersQuery)
  const show = (site: SiteDetail): void => void navigate({ to: '/sites/$site', params: { site: site.id } })
  return (
    <Page
      title={t('sites.add')}
      narrow
      up={
        <Crumbs>
          <CrumbToSites>{t('nav.sites')}</CrumbToSites>
        </Crumbs>
      }
    >
      <Asked query={customers}>{() => <SiteForm onDone={show} />}</Asked>
    </Page>
  )
}

export function EditSitePage() {
  const { t } = useWords()
  const navigate = useNavigate()
  const { site: id } = route.useParams()
  const query = useQuery(siteInputQuery(id))
  const customers = useQuery(customersQuery)
  return (
    <Page
      title={t('site.edit')}
      narrow
      up={
        <Crumbs>
          <CrumbToSites>{t('nav.sites')}</CrumbToSites>
          <Link to="/sites/$site" params={{ site: id }}>
            {query.data?.name ?? id}
          </Link>
        </Crumbs>
      }
      actions={<Remove site={id} />}
    >
      <Asked query={query}>
        {(site) => (
          <Asked query={customers}>
            {() => <SiteForm site={site} onDone={() => void navigate({ to: '/sites/$site', params: { site: id } })} />}
          </Asked>
        )}
      </Asked>
    </Page>
  )
}

function Remove({ site }: { site: string }) {
  const { t } = useWords()
  const client = useQueryClient()
  const navigate = useNavigate()
  const [isAsking, setIsAsking] = useState(false)
  const remove = useMutation({
    mutationFn: () => removeSite(site),
    onSuccess: async () => {
      await navigate({ to: '/' })
      await client.invalidateQueries()
    },
  })
  return (
    <>
      <Button variant="default" c="var(--l1-text)" onClick={() => setIsAsking(true)}>
        {t('site.remove')}
      </Button>
      {isAsking && (
        <Dialog onClose={() => setIsAsking(false)} title={t('site.removeTitle', { id: site })}>
          <div className={formClasses.items}>
            <Text size="sm">{t('site.removeText')}</Text>
            <ProblemLine error={remove.error} />
            <Group justify="flex-end" gap="sm">
              <Button variant="default" onClick={() => setIsAsking(false)}>
                {t('do.cancel')}
              </Button>
              <Button color="red" loading={remove.isPending} onClick={() => remove.mutate()}>
                {t('site.remove')}
              </Button>
            </Group>
          </div>
        </Dialog>
      )}
    </>
  )
}
