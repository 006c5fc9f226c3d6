/** The simulated building under the agent's polling, with all that it records at hand. */
import { type Polling, startPolling } from '@steward/agent/polling'
import type { AgentConfig } from '@steward/shared/model'
import type { AgentRecord, AgentRecordOf } from '@steward/shared/wire'
import { systems } from '../simulators/building.ts'
import { type Building, type Secret, startBuilding } from '../simulators/index.ts'

const quiet = { info: () => undefined, warn: () => undefined, error: () => undefined }

export type PolledBuilding = {
  building: Building
  records: AgentRecord[]
  of<Type extends AgentRecord['type']>(type: Type): AgentRecordOf<Type>[]
  polling(): Polling
  setSecret(device: string, secret: Secret | null): void
  /** Ends polling and begins again with what was saved, as an agent does. */
  restart(): Promise<void>
  close(): Promise<void>
}

export function configOf(devices: readonly unknown[], rest: Partial<AgentConfig> = {}): AgentConfig {
  return {
    revision: '1',
    site: { id: 'harbour-tower', name: 'Harbour Tower', timezone: 'Asia/Shanghai' },
    settings: { checkIntervalMs: 1000, checkTimeoutMs: 1000, pollIntervalMs: 2000 },
    systems,
    devices: [...devices],
    maintenance: [],
    ...rest,
  }
}

/** `net`: second octet of the loopback addresses, one of its own for each test file. */
export async function pollBuilding(net: number): Promise<PolledBuilding> {
  const building = await startBuilding({ net, manyAddresses: true })
  const secrets = new Map(building.devices.map((it) => [it.id, it.secret]))
  const config = configOf(building.devices.map(({ mac: _mac, secret: _secret, ...device }) => device))
  const records: AgentRecord[] = []
  const saved = new Map<string, string>()
  const begin = (): Polling => {
    const polling = startPolling({
      savedState: Object.fromEntries(saved),
      log: quiet,
      isAllowed: () => true,
      secretOf: (device) => secrets.get(device) ?? null,
      record(some, state) {
        records.push(...some)
        for (const [name, text] of Object.entries(state ?? {})) {
          if (text === null) saved.delete(name)
          else saved.set(name, text)
        }
      },
    })
    polling.applyConfig(config)
    return polling
  }
  let polling = begin()
  return {
    building,
    records,
    of: (type) => records.filter((it) => isOf(it, type)),
    polling: () => polling,
    setSecret(device, secret) {
      secrets.set(device, secret)
      polling.secretChanged(device)
    },
    async restart() {
      await polling.stop()
      polling = begin()
    },
    async close() {
      await polling.stop()
      await building.close()
    },
  }
}

function isOf<Type extends AgentRecord['type']>(record: AgentRecord, type: Type): record is AgentRecordOf<Type> {
  return record.type === type
}
