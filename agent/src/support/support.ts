import type { ServerHttp2Stream } from 'node:http2'
import type { Socket } from 'node:net'
import { isStewardError, StewardError } from '@steward/shared/errors'
import type { DeviceModel } from '@steward/shared/model'
import type { GrantSummary } from '@steward/shared/wire'
import type { Clock, Log } from '../polling/contract.ts'
import type { ConnectRequest } from '../uplink/index.ts'
import { canonicalAddress, type NetworkGate } from '../vault/index.ts'
import type { AuditEntry } from './audit-log.ts'
import { dial } from './dial.ts'
import type { GrantBook } from './grant-book.ts'
import type { Grant } from './grant-files.ts'
import { type Carried, cut, relay } from './relay.ts'

const maxStreams = 128
/** Ended and expired grants are noticed this often, whatever else happens. */
const watchEveryMs = 500
/** The hub could ask without end; so many refusals are written down in a minute. */
const refusalsAMinute = 60

export type SupportOptions = {
  book: GrantBook
  gate: NetworkGate
  /** a device that is configured and may be asked; undefined otherwise */
  deviceOf(device: string): DeviceModel | undefined
  audit(entry: AuditEntry): void
  clock: Clock
  log: Log
}

export type Support = {
  connect(request: ConnectRequest, stream: ServerHttp2Stream): Promise<void>
  grants(): { items: GrantSummary[] }
  /** Grants were given or ended: streams without one are cut at once. */
  grantsChanged(): void
  stop(): void
}

type OpenStream = { grant: Grant; cut(why: string): void }

/** Opens streams to devices, each under a grant that is held here, and cuts them within a second when it ends. */
export function openSupport(options: SupportOptions): Support {
  const { book, audit, clock } = options
  const open = new Set<OpenStream>()
  const mayNote = limitRate(refusalsAMinute, 60_000, clock)
  const slots = { pending: 0, open: () => open.size }

  const cutWithoutGrant = () => {
    for (const it of open) if (book.remainingMs(it.grant.id) <= 0) it.cut('the grant ended')
  }
  const watch = setInterval(cutWithoutGrant, watchEveryMs)

  const noteRefusal = (request: ConnectRequest, error: unknown) => {
    if (!mayNote()) return
    const why = error instanceof Error ? error.message : String(error)
    audit({
      at: clock.wallMs(),
      action: 'tunnel/refused',
      ...subjectOf(request),
      detail: { ...detailOf(request), why },
    })
  }
  return {
    async connect(request, stream) {
      const dialled = await dialUnderGrant(options, slots, request).catch((error: unknown) => {
        noteRefusal(request, error)
        throw isStewardError(error)
          ? error
          : new StewardError('system/internal', 'The stream could not be opened.', { cause: error })
      })
      if (stream.destroyed) {
        dialled.socket.destroy()
        return
      }
      await carry(options, open, request, { ...dialled, stream })
    },
    grants: () => ({ items: book.inForce().map((it) => summaryOf(it, open)) }),
    grantsChanged() {
      book.reload()
      cutWithoutGrant()
    },
    stop() {
      clearInterval(watch)
      for (const it of open) it.cut('the agent stopped')
    },
  }
}

/** A connection to the device, and the grant that it is under; checked again once it is made, since that takes time. */
async function dialUnderGrant(
  options: SupportOptions,
  slots: { pending: number; open(): number },
  request: ConnectRequest,
): Promise<{ grant: Grant; socket: Socket }> {
  if (slots.open() + slots.pending >= maxStreams) {
    const message = `This agent carries ${maxStreams} connections already; close some first.`
    throw new StewardError('support/too-many-streams', message)
  }
  slots.pending += 1
  try {
    const grant = checkTarget(options, request)
    const socket = await dial(grant.address, grant.port)
    if (options.book.remainingMs(grant.id) > 0) return { grant, socket }
    socket.destroy()
    throw noGrant(request)
  } finally {
    slots.pending -= 1
  }
}

type Opened = { grant: Grant; socket: Socket; stream: ServerHttp2Stream }

/** Carries the bytes until either side ends it or the grant does, and writes both ends of it down. */
async function carry(
  { audit, clock }: SupportOptions,
  open: Set<OpenStream>,
  request: ConnectRequest,
  { grant, socket, stream }: Opened,
): Promise<void> {
  const carried: Carried = { upBytes: 0, downBytes: 0 }
  const startedMs = clock.monotonicMs()
  let why = 'closed'
  const entry: OpenStream = {
    grant,
    cut(reason) {
      why = reason
      cut(stream, socket)
    },
  }
  open.add(entry)
  const subject = { ...subjectOf(request), detail: { ...detailOf(request), grant: grant.id } }
  audit({ at: clock.wallMs(), action: 'tunnel/opened', ...subject })
  stream.respond({ ':status': 200 })
  await relay(stream, socket, carried)
  open.delete(entry)
  const detail = { ...subject.detail, ...carried, tookMs: Math.round(clock.monotonicMs() - startedMs), why }
  audit({ at: clock.wallMs(), action: 'tunnel/closed', ...subject, detail })
}

/** The grant that covers this target. Throws for what is no listed device at its own address, or has no grant. */
function checkTarget({ deviceOf, gate, book }: SupportOptions, request: ConnectRequest): Grant {
  const device = deviceOf(request.device)
  if (device?.address === undefined) {
    throw new StewardError(
      'support/target-not-allowed',
      `This agent has no device "${request.device}" with an allowed address.`,
    )
  }
  if (canonicalAddress(device.address) !== canonicalAddress(request.address)) {
    throw new StewardError(
      'support/target-not-allowed',
      `${request.address} is not the address of ${request.device} at this agent.`,
    )
  }
  const refused = gate.refusalOf(device.address)
  if (refused !== null) {
    throw new StewardError('support/target-not-allowed', `${request.address} is never dialled: ${refused}.`)
  }
  const grant = book.find({ device: request.device, address: device.address, port: request.port })
  if (grant === null) throw noGrant(request)
  return grant
}

function noGrant({ device, port }: ConnectRequest): StewardError {
  const command = `steward agent grant --device ${device} --port ${port} --minutes 60`
  return new StewardError(
    'support/no-grant',
    `No grant at the agent covers ${device} port ${port} now. A person at the site gives one with: ${command}`,
  )
}

function summaryOf({ id, device, port, from, until }: Grant, open: ReadonlySet<OpenStream>): GrantSummary {
  const streams = [...open].filter((it) => it.grant.id === id).length
  return { id, device, port, from, until, streams }
}

function subjectOf({ device, engineer }: ConnectRequest): { device?: string; who: string } {
  const isName = /^[a-z0-9][a-z0-9._-]{0,62}$/.test(device)
  return { ...(isName ? { device } : {}), who: engineer.slice(0, 200) }
}

function detailOf({ address, port, session, reason }: ConnectRequest): Record<string, string | number> {
  return { address, port, session, reason }
}

function limitRate(count: number, withinMs: number, clock: Clock): () => boolean {
  let sinceMs = clock.monotonicMs()
  let used = 0
  return () => {
    if (clock.monotonicMs() - sinceMs > withinMs) {
      sinceMs = clock.monotonicMs()
      used = 0
    }
    used += 1
    return used <= count
  }
}
