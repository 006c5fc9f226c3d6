/** What the inventory shows and other rooms know; they are handed in when the app is put together. */
import type { AgentHealth, Capability } from '@steward/shared/api'
import type { FaultLevel } from '@steward/shared/model'

export type FaultFigures = { worstLevel: FaultLevel | null; faults: { L1: number; L2: number; L3: number; L4: number } }
export type DeviceFaults = { level: FaultLevel | null; affectedBy: string[] }
export type DeviceProblem = { code: string; message: string; since: string }

export type InventoryPorts = {
  faultFiguresOf(sites: readonly string[]): Promise<Map<string, FaultFigures>>
  /** by device: the level of its own open fault, and whose faults affect it */
  deviceFaultsOf(site: string): Promise<Map<string, DeviceFaults>>
  agentsOf(sites: readonly string[]): Promise<Map<string, { state: AgentHealth; lastSeenAt: string | null }>>
  capabilitiesOf(site: string): Promise<Capability[]>
  problemsOf(site: string, device: string): Promise<DeviceProblem[]>
}
