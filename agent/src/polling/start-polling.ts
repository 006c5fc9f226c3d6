import { StewardError } from '@steward/shared/errors'
import type { AgentConfig } from '@steward/shared/model'
import type { ConfigProblem, Polling, PollingOptions, PollingStatus } from './contract.ts'
import { createJudge } from './judge.ts'
import { createParts, type Parts } from './parts.ts'
import { readNow } from './read-now.ts'
import { siteOf } from './site.ts'

/** The loop wakes at least this often: gaps are noticed, and times that others have set are kept. */
const beatMs = 100
/** What falls due within this time is done together: waking up costs more than asking. */
const togetherMs = 10

/** Starts asking; nothing is asked before `applyConfig`. */
export function startPolling(options: PollingOptions): Polling {
  const parts = createParts(options)
  const { lines, checks, polls, clock, inForce } = parts
  const loop = startLoop(parts, options)
  return {
    applyConfig(config) {
      const problems = putInForce(parts, options, config)
      loop.wake()
      return problems
    },
    secretChanged(device) {
      lines.reopen(device)
      parts.tellSecret(device, true)
      if (lines.of(device).length > 0) checks.plan(device, clock.monotonicMs())
      polls.plan(device, clock.monotonicMs())
      loop.wake()
    },
    async checkNow(device) {
      if (lines.of(device).length > 0) return readNow(device, lines.of(device), checks, polls)
      throw new StewardError('input/not-found', `No device "${device}" is checked here; see the configuration.`)
    },
    deviceOf(device) {
      const found = inForce.site.devices.get(device)
      return isDialled(found?.address, options) ? found : undefined
    },
    devices: () => [...inForce.site.devices.values()].filter((it) => isDialled(it.address, options)),
    status: () => statusOf(parts),
    async stop() {
      loop.stop()
      lines.closeAll()
      parts.questions.stop()
      for (const driver of Object.values(parts.drivers)) driver.close()
      parts.journal.flush()
    },
  }
}

function isDialled(address: string | undefined, { isAllowed }: PollingOptions): boolean {
  return address !== undefined && isAllowed(address)
}

function putInForce(parts: Parts, options: PollingOptions, config: AgentConfig): ConfigProblem[] {
  const { inForce, lines, journal, checks, polls, turns } = parts
  const { site, problems } = siteOf(config, options.isAllowed)
  inForce.site = site
  const asked = new Set(site.watched.filter((it) => it.checked).map((it) => it.id))
  lines.replace([...site.devices.values()].filter((it) => asked.has(it.id)))
  journal.keepOnly((it) => site.devices.has(it))
  if (inForce.judge !== null) inForce.judge.replaceSite(site)
  else {
    const { saved, eventNow } = parts
    const firstCheckAtMs = turns.firstCheck
    inForce.judge = createJudge({ site, snapshot: saved.diagnosis, journal, now: eventNow, firstCheckAtMs })
  }
  for (const device of site.devices.keys()) {
    if (!asked.has(device)) {
      checks.forget(device)
      polls.forget(device)
    } else if (!checks.isPlanned(device)) checks.plan(device, turns.firstCheck(device))
    parts.tellSecret(device)
  }
  return problems
}

function startLoop(parts: Parts, { log }: PollingOptions): { wake(): void; stop(): void } {
  const { clock, checks, polls, gaps, inForce } = parts
  let timer: NodeJS.Timeout | null = null
  let stopped = false

  const wake = (): void => {
    if (timer !== null) clearTimeout(timer)
    timer = null
    if (stopped) return
    const now = clock.monotonicMs()
    if (gaps.beat(now, clock.wallMs()))
      log.warn({}, 'this machine slept or was too busy for a while; checks that failed meanwhile do not count')
    checks.runDue()
    polls.runDue()
    inForce.judge?.onTime(now)
    const due = Math.min(checks.nextDueAt() ?? Number.POSITIVE_INFINITY, polls.nextDueAt() ?? Number.POSITIVE_INFINITY)
    timer = setTimeout(wake, Math.min(beatMs, Math.max(togetherMs, due - clock.monotonicMs())))
  }
  wake()
  return {
    wake,
    stop() {
      stopped = true
      if (timer !== null) clearTimeout(timer)
    },
  }
}

function statusOf({ inForce, journal }: Parts): PollingStatus {
  const devices = { up: 0, down: 0, unknown: 0 }
  for (const { id, checked } of inForce.site.watched) if (checked) devices[journal.toldOf(id).state] += 1
  return { devices, openFaults: inForce.judge?.openFaults() ?? [] }
}
