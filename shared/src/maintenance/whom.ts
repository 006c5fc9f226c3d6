import type { MaintenanceWindow } from '../model/index.ts'

type Scope = Pick<MaintenanceWindow, 'devices' | 'systems'>
type Device = { id: string; serves: readonly { function: string }[] }

/** Whether a window is for all of its site. */
export const isWholeSite = ({ devices, systems }: Scope): boolean => devices.length === 0 && systems.length === 0

/** Whether a window is for a device: it is listed, it serves a function of a listed system, or nothing is listed. */
export function isMaintained(scope: Scope, device: Device): boolean {
  if (isWholeSite(scope) || scope.devices.includes(device.id)) return true
  return device.serves.some((it) => scope.systems.includes(it.function.split('/')[0] ?? ''))
}
