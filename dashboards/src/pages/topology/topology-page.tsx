import { Select, useComputedColorScheme } from '@mantine/core'
import type { DeviceSummary, SiteTopology } from '@steward/shared/api'
import { IconSearch, IconTopologyStar3 } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { getRouteApi, Link, useNavigate } from '@tanstack/react-router'
import { useMemo } from 'react'
import { linksQuery } from '../../api/links.ts'
import { siteQuery, topologyQuery } from '../../api/sites.ts'
import { useSiteDevices } from '../../devices/use-site-devices.ts'
import { layersOf, type Needing } from '../../drawing/layers.ts'
import { lineageOf } from '../../drawing/lineage.ts'
import { Crumbs, CrumbToSites, Page } from '../../kit/page.tsx'
import { Asked, Awaited, Empty } from '../../kit/states.tsx'
import { useWords } from '../../language/use-words.ts'
import { Mark } from '../../marks/mark.tsx'
import { markOfDevice, markOfSite } from '../../marks/mark-kind.ts'
import { withProposals } from '../../topology/with-proposals.ts'
import { ChosenDevice } from './chosen-device.tsx'
import { LearnedLinks } from './learned-links.tsx'
import classes from './topology.module.css'
import { TopologyMap } from './topology-map.tsx'
import { WorstFirst } from './worst-first.tsx'

const route = getRouteApi('/app/sites/$site/topology')

/** Who needs whom at a site, live: what is broken, and what it takes with it. */
export function TopologyPage() {
  const { t } = useWords()
  const { site } = route.useParams()
  const { data } = useQuery(siteQuery(site))
  const query = useQuery(topologyQuery(site))
  return (
    <Page
      title={t('topology.title')}
      mark={data !== undefined && <Mark kind={markOfSite(data)} size={20} />}
      up={
        <Crumbs>
          <CrumbToSites>{t('nav.sites')}</CrumbToSites>
          <Link to="/sites/$site" params={{ site }}>
            {data?.name ?? site}
          </Link>
        </Crumbs>
      }
    >
      <Asked query={query} awaited={<Awaited count={8} />}>
        {(devices) =>
          devices.length === 0 ? (
            <Empty icon={<IconTopologyStar3 size={40} stroke={1.2} />} title={t('topology.none')}>
              {t('topology.noneText')}
            </Empty>
          ) : (
            <Topology site={site} topology={devices} />
          )
        }
      </Asked>
    </Page>
  )
}

function Topology({ site, topology }: { site: string; topology: SiteTopology['devices'] }) {
  const { t } = useWords()
  const { device: chosen } = route.useSearch()
  const navigate = useNavigate()
  // The canvas takes its colours when it draws, so it must know when they change.
  useComputedColorScheme()
  const { devices } = useSiteDevices(site)
  const byId = useMemo(() => new Map(devices.map((it) => [it.id, it])), [devices])
  const choose = (id: string | null): void =>
    void navigate({
      to: '/sites/$site/topology',
      params: { site },
      search: id === null ? {} : { device: id },
      replace: true,
    })
  const links = useQuery(linksQuery(site)).data
  const drawn = useMemo(() => withProposals(topology, links?.items ?? []), [topology, links])
  const scene = useScene(drawn, byId, chosen)
  const names = useMemo(() => optionsOf(topology, byId), [topology, byId])
  const device = chosen === undefined ? undefined : byId.get(chosen)
  return (
    <div className={classes.page}>
      <Select
        className={classes.search}
        aria-label={t('topology.find')}
        placeholder={t('topology.find')}
        leftSection={<IconSearch size={16} />}
        data={names}
        limit={30}
        searchable
        clearable
        nothingFoundMessage={t('topology.notFound')}
        clearButtonProps={{ 'aria-label': t('topology.clear') }}
        value={chosen ?? null}
        onChange={choose}
      />
      <TopologyMap
        scene={scene}
        onChoose={(number) => choose(number === null ? null : (topology[number]?.id ?? null))}
      />
      <aside className={classes.side}>
        {device === undefined ? (
          <div>
            <WorstFirst devices={devices} onChoose={choose} />
            {links !== undefined && (
              <LearnedLinks site={site} links={links} nameOf={(id) => byId.get(id)?.name ?? id} onChoose={choose} />
            )}
          </div>
        ) : (
          <ChosenDevice
            device={device}
            needs={topology.find((it) => it.id === device.id)?.needs ?? []}
            below={scene.below}
            byId={byId}
            onChoose={choose}
          />
        )}
        <p id="topology-keys" className={classes.hint}>
          {t('topology.keys')}
        </p>
      </aside>
    </div>
  )
}

type ById = ReadonlyMap<string, DeviceSummary>

function useScene(topology: readonly Needing[], byId: ById, chosen: string | undefined) {
  // The layout depends on who needs whom alone: what goes up and down changes colours, not places.
  const layers = useMemo(() => layersOf(topology), [topology])
  const shown = useMemo(
    () =>
      topology.map(({ id }) => {
        const device = byId.get(id)
        return {
          id,
          name: device?.name ?? id,
          mark: device === undefined ? ('unknown' as const) : markOfDevice(device),
        }
      }),
    [topology, byId],
  )
  const chain = useMemo(() => {
    const device = topology.findIndex((it) => it.id === chosen)
    if (chosen === undefined || device === -1) return { chain: null, below: 0 }
    const { below } = lineageOf(topology, chosen)
    // What is not confirmed yet is shown as the way up, and counts for nobody.
    const all = lineageOf(topology.map(withAll), chosen)
    const members = new Set(
      topology.flatMap((it, number) => (all.above.has(it.id) || all.below.has(it.id) ? [number] : [])),
    )
    return { chain: { device, members }, below: below.size }
  }, [topology, chosen])
  return useMemo(() => ({ layers, devices: shown, ...chain }), [layers, shown, chain])
}

const withAll = ({ id, needs, proposed = [] }: Needing): Needing => ({ id, needs: [...needs, ...proposed] })

function optionsOf(topology: readonly Needing[], byId: ById): { value: string; label: string }[] {
  return topology.map(({ id }) => {
    const device = byId.get(id)
    const named = device === undefined || device.name === id ? id : `${device.name} · ${id}`
    return { value: id, label: device?.address == null ? named : `${named} · ${device.address}` }
  })
}
