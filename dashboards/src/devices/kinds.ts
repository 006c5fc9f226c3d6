import { DeviceKind, SystemKind } from '@steward/shared/model'
import {
  IconBatteryCharging,
  IconBolt,
  IconBox,
  IconCpu,
  IconDeviceCctv,
  IconDoor,
  IconGauge,
  IconLink,
  IconPrinter,
  IconPropeller,
  IconRouter,
  IconServer,
  IconShield,
  IconSnowflake,
  IconTemperature,
  IconTopologyStar3,
  IconVideo,
  IconWifi,
} from '@tabler/icons-react'

type Icon = typeof IconBox

const deviceIcons: Readonly<Record<DeviceKind, Icon>> = {
  switch: IconTopologyStar3,
  router: IconRouter,
  firewall: IconShield,
  'access-point': IconWifi,
  camera: IconDeviceCctv,
  nvr: IconVideo,
  'door-controller': IconDoor,
  ups: IconBatteryCharging,
  chiller: IconSnowflake,
  'air-handler': IconPropeller,
  meter: IconGauge,
  controller: IconCpu,
  server: IconServer,
  printer: IconPrinter,
  channel: IconLink,
  other: IconBox,
}

const systemIcons: Readonly<Record<SystemKind, Icon>> = {
  cctv: IconDeviceCctv,
  access: IconDoor,
  network: IconTopologyStar3,
  bas: IconTemperature,
  power: IconBolt,
  other: IconBox,
}

/** A kind that a newer hub knows and this app does not is shown as `other`. */
export function deviceKind(kind: string): DeviceKind {
  return DeviceKind.safeParse(kind).data ?? 'other'
}

export const deviceIcon = (kind: string): Icon => deviceIcons[deviceKind(kind)]
export const systemIcon = (kind: SystemKind): Icon => systemIcons[kind]
export const deviceKinds = DeviceKind.options
export const systemKinds = SystemKind.options
