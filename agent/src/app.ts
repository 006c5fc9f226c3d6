/** Builds the whole agent, as the process runs it and as a test starts it: vault, outbox, polling, support, uplink. */
import { join } from 'node:path'
import type { AgentStatus } from '@steward/shared/wire'
import { machineClock } from './clock.ts'
import { type ConfigKeeper, keepConfig, openProblems, type Problems } from './config/index.ts'
import { type LocalStatus, startControl } from './control/index.ts'
import { createFoundSecrets, createHubSearch, type FoundSecrets, type HubSearch } from './discovery/index.ts'
import { createDrivers, type DeviceSecret, loadDeviceProfiles } from './drivers/index.ts'
import { createListeners, type Listeners } from './listeners/index.ts'
import { type Outbox, type OutboxLimits, openOutbox } from './outbox/index.ts'
import { type Log, type Polling, startPolling } from './polling/index.ts'
import { profilesFolder } from './profiles-folder.ts'
import { secretProblems } from './secret-problems.ts'
import { type AuditEntry, openAudit, openGrantBook, openSupport, type Support } from './support/index.ts'
import { type LinkHost, startUplink, type Uplink } from './uplink/index.ts'
import {
  type AgentFile,
  makeNetworkGate,
  type NetworkGate,
  openVault,
  ownAddresses,
  readCommunities,
  type Vault,
} from './vault/index.ts'

export type AgentOptions = {
  dataDir: string
  agent: AgentFile
  /** proxy for the hub's address, null for a direct way */
  proxy: string | null
  version: string
  log: Log
  /** folder of the device profiles, where it is not the one beside the source */
  profilesFolder?: string
  outboxLimits?: Partial<OutboxLimits>
  /** the agent cannot go on and must be started anew */
  onBroken(error: Error): void
}

export type Agent = {
  status(): Promise<LocalStatus>
  /** Ends all questions and streams, sends what still waits (at most some seconds), closes everything. */
  stop(): Promise<void>
}

const now = machineClock.wallMs

/** Starts an agent; resolves when it works, with or without the hub. Throws StewardError when its folder cannot be used. */
export async function buildAgent(options: AgentOptions): Promise<Agent> {
  const { dataDir, log, agent } = options
  const startedAt = now()
  const outbox = await openOutbox({
    dataDir,
    log,
    onBroken: options.onBroken,
    ...(options.outboxLimits === undefined ? {} : { limits: options.outboxLimits }),
  })
  const vault = openVault(dataDir)
  const gate = makeNetworkGate(agent, ownAddresses)
  const problems = openProblems({ dataDir, log, now, record: (records) => outbox.record(records) })
  const audit = openAudit({ dataDir, log, record: (records) => outbox.record(records) })
  const polling = pollingOn(options, { outbox, vault, gate, problems })
  const lookAtSecrets = () =>
    problems.set(
      'secret',
      secretProblems(vault, (it) => polling.deviceOf(it)?.address),
    )
  const listeners = listenersOn(options, { outbox, vault, gate, problems, polling })
  const config = configFor(options, { polling, listeners, problems }, lookAtSecrets)
  const support = openSupport({
    book: openGrantBook(dataDir, machineClock),
    gate,
    deviceOf: (it) => polling.deviceOf(it),
    audit: audit.note,
    clock: machineClock,
    log,
  })
  const found = createFoundSecrets()
  const discover = discoveryOn(options, { vault, gate, polling, found })
  const adopt = () => {
    const given = adoptFound({ vault, polling, found }, audit.note)
    for (const device of given) polling.secretChanged(device)
    if (given.length > 0) lookAtSecrets()
  }
  const parts: Parts = { options, startedAt, outbox, polling, config, support, problems, listeners, discover, adopt }
  config.restore()
  const uplink = startUplink({ agent, proxy: options.proxy, outbox, log, host: hostFor(parts, audit.note) })
  const control = await startControl(
    dataDir,
    {
      status: () => localStatus(parts, uplink),
      changed({ secrets, grants }) {
        for (const device of secrets) polling.secretChanged(device)
        if (secrets.length > 0) lookAtSecrets()
        if (grants) support.grantsChanged()
        audit.forward()
      },
    },
    log,
  )
  return {
    status: () => localStatus(parts, uplink),
    async stop() {
      control.close()
      support.stop()
      await listeners.stop()
      await polling.stop()
      audit.close()
      await uplink.stop()
      await outbox.close()
    },
  }
}

type Parts = {
  options: AgentOptions
  startedAt: number
  outbox: Outbox
  polling: Polling
  config: ConfigKeeper
  support: Support
  problems: Problems
  listeners: Listeners
  discover: HubSearch
  /** gives devices that a search has found the secret that opened them */
  adopt(): void
}

type SearchNeeds = { vault: Vault; gate: NetworkGate; polling: Polling; found: FoundSecrets }

function discoveryOn({ agent, ...options }: AgentOptions, { vault, gate, polling, found }: SearchNeeds): HubSearch {
  return createHubSearch({
    policy: agent,
    gate,
    drivers: () => createDrivers(loadDeviceProfiles(options.profilesFolder ?? profilesFolder()).profiles),
    devices: () => polling.devices(),
    secretOf: (device, address) => secretIn(vault, device, address),
    communities: () => readCommunities(options.dataDir).words,
    opened: found.opened,
  })
}

/** The devices that got a secret. */
function adoptFound(
  { vault, polling, found }: Omit<SearchNeeds, 'gate'>,
  audit: (entry: AuditEntry) => void,
): string[] {
  const hasNone = (device: string, address: string) => vault.secretOf(device, address).state === 'none'
  return found.adopt(polling.devices(), hasNone).map(({ device, address, community }) => {
    const at = now()
    vault.put(device, address, { community }, at)
    audit({ at, action: 'secret/set', device, who: 'search', detail: { address, fields: 'community' } })
    return device
  })
}

function secretIn(vault: Vault, device: string, address: string): DeviceSecret | null {
  const answer = vault.secretOf(device, address)
  return answer.state === 'set' ? answer.secret : null
}

type PollingNeeds = { outbox: Outbox; vault: Vault; gate: NetworkGate; problems: Problems }

function pollingOn(options: AgentOptions, { outbox, vault, gate, problems }: PollingNeeds): Polling {
  return startPolling({
    secretOf: (device, address) => secretIn(vault, device, address),
    isAllowed: (address) => gate.refusalOf(address) === null,
    record(records, state) {
      outbox.record(records, state)
      problems.overhear(records)
    },
    savedState: outbox.savedState,
    picturesFile: join(options.dataDir, 'pictures.sqlite'),
    log: options.log,
    clock: machineClock,
    ...(options.profilesFolder === undefined ? {} : { profilesFolder: options.profilesFolder }),
  })
}

function listenersOn(
  options: AgentOptions,
  { outbox, vault, gate, problems, polling }: PollingNeeds & { polling: Polling },
): Listeners {
  return createListeners({
    dataDir: options.dataDir,
    name: options.agent.name,
    clock: machineClock,
    isAllowed: (address) => gate.refusalOf(address) === null,
    secretOf: (device, address) => secretIn(vault, device, address),
    record: (records) => outbox.record(records),
    look: (device) => polling.checkNow(device),
    onProblems: (list) => problems.set('listener', list),
  })
}

type ConfigNeeds = { polling: Polling; listeners: Listeners; problems: Problems }

function configFor(
  options: AgentOptions,
  { polling, listeners, problems }: ConfigNeeds,
  lookAtSecrets: () => void,
): ConfigKeeper {
  return keepConfig({
    dataDir: options.dataDir,
    log: options.log,
    apply(config) {
      const left = polling.applyConfig(config)
      void listeners.apply(config.settings.listeners, polling.devices())
      return left
    },
    onProblems(list) {
      const open = list.map(({ item, code, message }) => {
        return { key: `config/${item}`, code, ...deviceIn(item), message: `${item}: ${message}` }
      })
      problems.set('config', open)
      lookAtSecrets()
    },
  })
}

/** `devices/cam-07` → the device that a problem is about, where its name is one. */
function deviceIn(item: string): { device?: string } {
  const device = /^devices\/([a-z0-9][a-z0-9._-]{0,62})$/.exec(item)?.[1]
  return device === undefined ? {} : { device }
}

/** What the hub may ask; each command has its own checks. */
function hostFor(parts: Parts, audit: (entry: AuditEntry) => void): LinkHost {
  const { config, polling, support, discover } = parts
  return {
    async applyConfig(body) {
      const before = config.revision()
      const receipt = await config.take(body)
      parts.adopt()
      if (receipt.revision === before) return receipt
      const detail = { revision: receipt.revision, problems: receipt.problems.length }
      audit({ at: now(), action: 'config/applied', who: 'hub', detail })
      return receipt
    },
    status: () => statusForHub(parts),
    check: (device) => polling.checkNow(device),
    grants: () => support.grants(),
    discover(request, tell, signal) {
      const { network, packetsPerSecond } = request
      audit({ at: now(), action: 'discovery/started', who: 'hub', detail: { network, packetsPerSecond } })
      return discover(request, tell, signal)
    },
    connect: (request, stream) => support.connect(request, stream),
  }
}

async function statusForHub({ options, startedAt, outbox, polling, config }: Parts): Promise<AgentStatus> {
  const { records, bytes, maxBytes, oldestAt } = await outbox.status()
  return {
    version: options.version,
    startedAt,
    now: now(),
    rssBytes: process.memoryUsage.rss(),
    configRevision: config.revision(),
    devices: polling.status().devices,
    outbox: { records, bytes, maxBytes, oldestAt },
    allow: [...options.agent.allow],
  }
}

async function localStatus(parts: Parts, uplink: Uplink): Promise<LocalStatus> {
  const { options, outbox, polling, support, problems } = parts
  const { agentId, name, site, hub } = options.agent
  const { openFaults } = polling.status()
  return {
    pid: process.pid,
    agentId,
    name,
    site: { id: site.id, name: site.name },
    hub: { url: hub.url, ...uplink.state() },
    agent: await statusForHub(parts),
    outboxProblem: (await outbox.status()).problem,
    openFaults: openFaults.map(({ cause, level, kind, openedAt }) => ({ cause, level, kind, openedAt })),
    problems: problems.list().map(({ code, device, message }) => ({ code, device: device ?? null, message })),
    grants: support.grants().items,
    listeners: parts.listeners.open(),
  }
}
