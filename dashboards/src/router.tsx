/** Every address of the app; pages are loaded when they are opened. */
import type { QueryClient } from '@tanstack/react-query'
import {
  createRootRouteWithContext,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
} from '@tanstack/react-router'
import { meQuery, setupQuery } from './api/access.ts'
import { isSignedOut } from './api/call-error.ts'
import { deviceQuery } from './api/devices.ts'
import { faultQuery } from './api/faults.ts'
import { siteQuery, sitesQuery } from './api/sites.ts'
import { SitesPage } from './pages/sites/sites-page.tsx'
import {
  AgentsSearch,
  AlertsSearch,
  AuditSearch,
  DeviceFormSearch,
  DeviceSearch,
  FaultsSearch,
  GuideSearch,
  MaintenanceSearch,
  PeopleSearch,
  SignInSearch,
  SiteSearch,
  SitesSearch,
  TopologySearch,
} from './search.ts'
import { NotFound, PageFailed } from './shell/page-states.tsx'
import { Shell } from './shell/shell.tsx'

const root = createRootRouteWithContext<{ client: QueryClient }>()({ component: Outlet, notFoundComponent: NotFound })

const signIn = createRoute({
  getParentRoute: () => root,
  path: '/sign-in',
  validateSearch: SignInSearch,
  component: lazyRouteComponent(() => import('./pages/sign-in/sign-in-page.tsx'), 'SignInPage'),
})
const reset = createRoute({
  getParentRoute: () => root,
  path: '/reset',
  component: lazyRouteComponent(() => import('./pages/sign-in/reset-page.tsx'), 'ResetPage'),
})
const invitation = createRoute({
  getParentRoute: () => root,
  path: '/invitation',
  component: lazyRouteComponent(() => import('./pages/sign-in/invitation-page.tsx'), 'InvitationPage'),
})
const setup = createRoute({
  getParentRoute: () => root,
  path: '/setup',
  beforeLoad: async ({ context }) => {
    const { needed } = await context.client.fetchQuery(setupQuery)
    if (!needed) throw redirect({ to: '/' })
  },
  component: lazyRouteComponent(() => import('./pages/setup/setup-page.tsx'), 'SetupPage'),
})

/** Everything behind the sign-in. */
const app = createRoute({
  getParentRoute: () => root,
  id: 'app',
  beforeLoad: async ({ context, location }) => {
    try {
      await context.client.ensureQueryData(meQuery)
    } catch (error) {
      if (!isSignedOut(error)) throw error
      const { needed } = await context.client.fetchQuery(setupQuery)
      if (needed) throw redirect({ to: '/setup' })
      throw redirect({ to: '/sign-in', search: location.href === '/' ? {} : { next: location.href } })
    }
  },
  component: Shell,
  errorComponent: PageFailed,
})

const sites = createRoute({
  getParentRoute: () => app,
  path: '/',
  validateSearch: SitesSearch,
  component: SitesPage,
})
const siteNew = createRoute({
  getParentRoute: () => app,
  path: '/sites/new',
  component: lazyRouteComponent(() => import('./pages/site-form/site-form-page.tsx'), 'NewSitePage'),
})
const site = createRoute({
  getParentRoute: () => app,
  path: '/sites/$site',
  validateSearch: SiteSearch,
  loader: ({ context, params }) => void context.client.prefetchQuery(siteQuery(params.site)),
  component: lazyRouteComponent(() => import('./pages/site/site-page.tsx'), 'SitePage'),
})
const siteTopology = createRoute({
  getParentRoute: () => app,
  path: '/sites/$site/topology',
  validateSearch: TopologySearch,
  component: lazyRouteComponent(() => import('./pages/topology/topology-page.tsx'), 'TopologyPage'),
})
const siteEdit = createRoute({
  getParentRoute: () => app,
  path: '/sites/$site/edit',
  component: lazyRouteComponent(() => import('./pages/site-form/site-form-page.tsx'), 'EditSitePage'),
})
const siteImport = createRoute({
  getParentRoute: () => app,
  path: '/sites/$site/import',
  component: lazyRouteComponent(() => import('./pages/import/import-page.tsx'), 'ImportPage'),
})
const siteDiscovery = createRoute({
  getParentRoute: () => app,
  path: '/sites/$site/discovery',
  component: lazyRouteComponent(() => import('./pages/discovery/discovery-page.tsx'), 'DiscoveryPage'),
})
const deviceNew = createRoute({
  getParentRoute: () => app,
  path: '/sites/$site/devices/new',
  validateSearch: DeviceFormSearch,
  component: lazyRouteComponent(() => import('./pages/device-form/device-form-page.tsx'), 'NewDevicePage'),
})
const device = createRoute({
  getParentRoute: () => app,
  path: '/devices/$device',
  validateSearch: DeviceSearch,
  loader: ({ context, params }) => void context.client.prefetchQuery(deviceQuery(params.device)),
  component: lazyRouteComponent(() => import('./pages/device/device-page.tsx'), 'DevicePage'),
})
const deviceEdit = createRoute({
  getParentRoute: () => app,
  path: '/devices/$device/edit',
  component: lazyRouteComponent(() => import('./pages/device-form/device-form-page.tsx'), 'EditDevicePage'),
})
const faults = createRoute({
  getParentRoute: () => app,
  path: '/faults',
  validateSearch: FaultsSearch,
  component: lazyRouteComponent(() => import('./pages/faults/faults-page.tsx'), 'FaultsPage'),
})
const fault = createRoute({
  getParentRoute: () => app,
  path: '/faults/$fault',
  loader: ({ context, params }) => void context.client.prefetchQuery(faultQuery(params.fault)),
  component: lazyRouteComponent(() => import('./pages/fault/fault-page.tsx'), 'FaultPage'),
})
const maintenance = createRoute({
  getParentRoute: () => app,
  path: '/maintenance',
  validateSearch: MaintenanceSearch,
  component: lazyRouteComponent(() => import('./pages/maintenance/maintenance-page.tsx'), 'MaintenancePage'),
})
const agents = createRoute({
  getParentRoute: () => app,
  path: '/agents',
  validateSearch: AgentsSearch,
  component: lazyRouteComponent(() => import('./pages/agents/agents-page.tsx'), 'AgentsPage'),
})
const alerts = createRoute({
  getParentRoute: () => app,
  path: '/alerts',
  validateSearch: AlertsSearch,
  component: lazyRouteComponent(() => import('./pages/alerts/alerts-page.tsx'), 'AlertsPage'),
})
const people = createRoute({
  getParentRoute: () => app,
  path: '/people',
  validateSearch: PeopleSearch,
  component: lazyRouteComponent(() => import('./pages/people/people-page.tsx'), 'PeoplePage'),
})
const audit = createRoute({
  getParentRoute: () => app,
  path: '/audit',
  validateSearch: AuditSearch,
  component: lazyRouteComponent(() => import('./pages/audit/audit-page.tsx'), 'AuditPage'),
})
const settings = createRoute({
  getParentRoute: () => app,
  path: '/settings',
  component: lazyRouteComponent(() => import('./pages/settings/settings-page.tsx'), 'SettingsPage'),
})
const guide = createRoute({
  getParentRoute: () => app,
  path: '/guide',
  validateSearch: GuideSearch,
  loader: ({ context }) => void context.client.prefetchQuery(sitesQuery),
  component: lazyRouteComponent(() => import('./pages/guide/guide-page.tsx'), 'GuidePage'),
})

const routeTree = root.addChildren([
  signIn,
  reset,
  invitation,
  setup,
  app.addChildren([
    sites,
    siteNew,
    site,
    siteTopology,
    siteEdit,
    siteImport,
    siteDiscovery,
    deviceNew,
    device,
    deviceEdit,
    faults,
    fault,
    maintenance,
    agents,
    alerts,
    people,
    audit,
    settings,
    guide,
  ]),
])

export function createAppRouter(client: QueryClient) {
  return createRouter({
    routeTree,
    context: { client },
    defaultPreload: 'intent',
    defaultPreloadStaleTime: 0,
    scrollRestoration: true,
    // Names of devices stay readable: /devices/tower-a:cam-07.
    pathParamsAllowedCharacters: [':'],
    defaultErrorComponent: PageFailed,
    defaultNotFoundComponent: NotFound,
    defaultPendingMs: 200,
  })
}

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createAppRouter>
  }
}
