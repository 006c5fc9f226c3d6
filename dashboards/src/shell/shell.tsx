/** Frame of every page behind the sign-in: navigation, live connection, palette, keys. */
import { useQuery, useQueryClient } from '@tanstack/react-query'
import { Outlet } from '@tanstack/react-router'
import { lazy, Suspense, useEffect, useMemo, useState } from 'react'
import { meQuery } from '../api/access.ts'
import { type Live, LiveContext, startLive } from '../api/live.ts'
import { useMe } from '../api/me.ts'
import { sitesQuery } from '../api/sites.ts'
import { chosenLanguage, showLanguage } from '../language/language.ts'
import { useWords } from '../language/use-words.ts'
import { ZonesContext } from '../time/zones.ts'
import { BottomBar } from './bottom-bar.tsx'
import classes from './shell.module.css'
import { Sidebar } from './sidebar.tsx'
import { SignInAgain } from './sign-in-again.tsx'
import { StaleBanner } from './stale-banner.tsx'
import { useKeys } from './use-keys.ts'

const Palette = lazy(() => import('./palette.tsx'))
const KeysHelp = lazy(() => import('./keys-help.tsx'))

export function Shell() {
  const { t } = useWords()
  const { company } = useMe()
  const live = useLiveConnection()
  const zones = useZones(company.timezone)
  const [open, setOpen] = useState<'palette' | 'keys' | null>(null)
  useKeys({ palette: () => setOpen('palette'), help: () => setOpen('keys') })

  useEffect(() => {
    if (chosenLanguage() === null) void showLanguage(company.language, { remember: false })
  }, [company.language])

  return (
    <LiveContext value={live}>
      <ZonesContext value={zones}>
        <a href="#main" className={classes.skip}>
          {t('shell.skip')}
        </a>
        <div className={classes.shell}>
          <Sidebar onSearch={() => setOpen('palette')} onKeys={() => setOpen('keys')} />
          <div className={classes.content}>
            <StaleBanner />
            <main id="main" tabIndex={-1} className={classes.main}>
              <Outlet />
            </main>
          </div>
          <BottomBar onSearch={() => setOpen('palette')} />
        </div>
        <Suspense>
          {open === 'palette' && <Palette onClose={() => setOpen(null)} />}
          {open === 'keys' && <KeysHelp onClose={() => setOpen(null)} />}
        </Suspense>
        <SignInAgain />
      </ZonesContext>
    </LiveContext>
  )
}

const away: Live = {
  subscribe: () => () => undefined,
  state: (() => {
    const still = { status: 'connecting' as const, since: 0 }
    return () => still
  })(),
  retry: () => undefined,
}

function useLiveConnection(): Live {
  const client = useQueryClient()
  const [live, setLive] = useState<Live>(away)
  useEffect(() => {
    const started = startLive(client, () => void client.invalidateQueries({ queryKey: meQuery.queryKey }))
    setLive(started.live)
    return () => started.stop()
  }, [client])
  return live
}

function useZones(company: string) {
  const { data: sites } = useQuery(sitesQuery)
  return useMemo(
    () => ({ company, bySite: new Map((sites ?? []).map((it) => [it.id, it.timezone])) }),
    [company, sites],
  )
}
