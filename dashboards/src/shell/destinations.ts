import type { Permission } from '@steward/shared/model'
import {
  IconAlertTriangle,
  IconBell,
  IconBuilding,
  IconHistory,
  IconRouter,
  IconSettings,
  IconTool,
  IconUsers,
} from '@tabler/icons-react'

/** Where one can go; `needs` is what a person must be allowed to find something there. `key` follows `g`. */
export const destinations = [
  { to: '/', name: 'sites', icon: IconBuilding, needs: 'read', key: 's' },
  { to: '/faults', name: 'faults', icon: IconAlertTriangle, needs: 'read', key: 'f' },
  { to: '/maintenance', name: 'maintenance', icon: IconTool, needs: 'read', key: 'm' },
  { to: '/agents', name: 'agents', icon: IconRouter, needs: 'read', key: 'a' },
  { to: '/alerts', name: 'alerts', icon: IconBell, needs: 'operate', key: 'l' },
  { to: '/people', name: 'people', icon: IconUsers, needs: 'administer', key: 'p' },
  { to: '/audit', name: 'audit', icon: IconHistory, needs: 'administer', key: 'u' },
  { to: '/settings', name: 'settings', icon: IconSettings, needs: 'read', key: ',' },
] as const satisfies readonly { needs: Permission; [more: string]: unknown }[]

export type Destination = (typeof destinations)[number]
