export const maintenanceHours = [1, 2, 4, 8, 24] as const

/** A maintenance window that begins now, as the API takes it. */
export function windowFromNow(hours: number, now = Date.now()): { from: string; to: string } {
  return { from: new Date(now).toISOString(), to: new Date(now + hours * 3_600_000).toISOString() }
}
