import type { DeviceMessage, DeviceModel, Listeners as Settings } from '@steward/shared/model'
import type { AgentRecord } from '@steward/shared/wire'
import type { OpenProblem } from '../config/index.ts'
import { createNotificationReader, type DeviceSecret, type NotificationReader } from '../drivers/index.ts'
import type { Clock } from '../polling/contract.ts'
import { syslogCertificate } from './certificate.ts'
import { createCoalescing, type Told } from './coalesce.ts'
import { hearSyslog } from './hear-syslog.ts'
import { hearTrap } from './hear-trap.ts'
import { createLookSoon } from './look-soon.ts'
import { type OnMessage, type OpenPort, openDatagrams, openStreams } from './open-port.ts'
import { ownEngine } from './own-engine.ts'
import { keepPorts } from './ports.ts'
import { createSenders } from './senders.ts'
import { type WantedPort, type Way, wantedPorts } from './wanted-ports.ts'

export type ListenerOptions = {
  dataDir: string
  /** what the machine is called in a certificate of its own */
  name: string
  /** address to listen on; left out: all of the machine's */
  host?: string
  clock: Clock
  isAllowed(address: string): boolean
  secretOf(device: string, address: string): DeviceSecret | null
  record(records: readonly AgentRecord[]): void
  /** reads a device now, beside the schedule */
  look(device: string): Promise<unknown>
  /** all problems of listening as they are now */
  onProblems(problems: readonly OpenProblem[]): void
}

export type Listeners = {
  /** Opens, moves and closes ports as the settings say; resolves when that is done. */
  apply(settings: Settings | undefined, devices: readonly DeviceModel[]): Promise<void>
  open(): { way: Way; port: number }[]
  stop(): Promise<void>
}

const flushMs = 1000
/** Syslog's "notice"; what is below is told, but no reason to look. */
const worthALook = 5
const everywhere = '::'

/** Listens to what devices say by themselves. Off until `apply` names a port. */
export function createListeners(options: ListenerOptions): Listeners {
  const { clock, dataDir, host = everywhere } = options
  const now = () => clock.monotonicMs()
  const tellProblems = (): void => options.onProblems([...ports.problems(), ...senders.problems()])
  const senders = createSenders(options.isAllowed, tellProblems)
  const coalescing = createCoalescing()
  const looks = createLookSoon((device) => options.look(device).then(ignore, ignore))
  let reader: NotificationReader | null = null
  let flush: NodeJS.Timeout | null = null

  const record = (told: readonly Told[]): void => {
    const at = clock.wallMs()
    if (told.length > 0) options.record(told.map((it) => ({ type: 'message', at, ...it })))
  }
  const tell = (device: string, message: DeviceMessage): void => {
    record(coalescing.take(now(), device, message))
    if (message.urgency === null || message.urgency <= worthALook) looks.said(device)
    flush ??= setInterval(() => {
      record(coalescing.due(now()))
      if (coalescing.hasMore() || flush === null) return
      clearInterval(flush)
      flush = null
    }, flushMs).unref()
  }

  const onSyslog: OnMessage = (bytes, address) => {
    const device = senders.deviceAt(address, 'syslog')
    const message = device === null ? null : hearSyslog(bytes)
    if (device !== null && message !== null) tell(device.id, message)
  }
  const onTrap: OnMessage = (bytes, address, reply) => {
    const device = senders.deviceAt(address, 'trap')
    if (device === null || reader === null) return
    const secret = options.secretOf(device.id, address)
    const heard = hearTrap(reader, bytes, { device, address, secret }, reply)
    if (heard.type === 'nothing') return
    senders.refused(device.id, heard.type === 'refused' ? heard.why : null)
    if (heard.type === 'message') tell(device.id, heard.message)
  }

  const openPort = async ({ way, port }: WantedPort): Promise<OpenPort> => {
    if (way === 'trap') reader ??= createNotificationReader(ownEngine(dataDir), now)
    const at = (address: string): Promise<OpenPort> => {
      if (way === 'trap') return openDatagrams(address, port, onTrap)
      if (way === 'syslog-udp') return openDatagrams(address, port, onSyslog)
      const mayConnect = (from: string): boolean => senders.deviceAt(from, 'syslog') !== null
      const handlers = { mayConnect, onMessage: onSyslog }
      if (way === 'syslog-tcp') return openStreams(address, port, null, handlers)
      return syslogCertificate(dataDir, options.name, clock.wallMs()).then((it) =>
        openStreams(address, port, it, handlers),
      )
    }
    try {
      return await at(host)
    } catch (error) {
      // A machine without IPv6 has no `::`.
      if (host !== everywhere || !(error instanceof Error && 'code' in error && error.code === 'EAFNOSUPPORT'))
        throw error
      return at('0.0.0.0')
    }
  }
  const ports = keepPorts(openPort, tellProblems)

  return {
    apply(settings, devices) {
      senders.devicesChanged(settings === undefined ? [] : devices)
      reader?.keepOnly(new Set(devices.flatMap((it) => it.address ?? [])))
      return ports.want(wantedPorts(settings))
    },
    open: () => ports.open(),
    async stop() {
      looks.close()
      if (flush !== null) clearInterval(flush)
      await ports.close()
      record(coalescing.due(Number.POSITIVE_INFINITY))
    },
  }
}

function ignore(): void {
  // What became of the look is told as every poll is.
}
