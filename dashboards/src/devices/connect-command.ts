import type { DeviceDetail } from '@steward/shared/api'

/** The line that opens a tunnel to a device's first port; null for what has no address. */
export function connectCommand(device: Pick<DeviceDetail, 'site' | 'id' | 'address' | 'config'>): string | null {
  const first = device.config.connections[0]
  if (device.address === null || first === undefined) return null
  // SNMP speaks over UDP, which no tunnel carries; what one wants of a switch is its shell.
  const port = first.driver === 'snmp' ? 22 : first.port
  return `npx -y pnpm@12 steward connect ${device.site}/${device.id}:${port}`
}
