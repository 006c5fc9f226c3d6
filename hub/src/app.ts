/** Builds the whole hub, as the process runs it and as a test starts it: rooms, routes, timers, one server. */
import { accessSync, constants } from 'node:fs'
import { join } from 'node:path'
import { StewardError } from '@steward/shared/errors'
import type { FastifyBaseLogger } from 'fastify'
import { pino } from 'pino'
import { accessMigrations, createAccess, recoverPerson } from './access/index.ts'
import { alertingMigrations, createAlerting } from './alerting/index.ts'
import { auditMigrations, createAudit } from './audit/index.ts'
import {
  openLocalDoor,
  packSnapshot,
  refuseSecondHub,
  sweepSnapshots,
  takeSnapshot,
  timeSeriesFolder,
} from './backup/index.ts'
import { startDataRooms } from './data-rooms.ts'
import { makePrivateFolder, openDatabase } from './db/index.ts'
import { createDiscoveries, discoveryMigrations } from './discovery/index.ts'
import { createHubEvents } from './events.ts'
import { faultMigrations, faultsForAlerts } from './faults/index.ts'
import { fleetMigrations, networksOfSite } from './fleet/index.ts'
import {
  type CertificateFiles,
  createServer,
  fingerprintOf,
  keepCertificateFresh,
  ownCertificate,
  readCertificate,
  type ServerCertificate,
  serveWebApp,
} from './http/index.ts'
import { ingestMigrations } from './ingest/index.ts'
import { createInventory, inventoryMigrations, keepInventory } from './inventory/index.ts'
import { createMessages, messageMigrations } from './messages/index.ts'
import type { Platform } from './platform.ts'
import { registerRoutes } from './routes.ts'
import { createSessions, sessionMigrations } from './sessions/index.ts'
import { startError } from './start-failures.ts'
import { openSeries, type TimeSeriesStore, timeSeriesMigrations } from './timeseries/index.ts'
import { createTopology, topologyMigrations } from './topology/index.ts'
import { platformTrouble } from './trouble.ts'

export type HubOptions = {
  dataDir: string
  host: string
  port: number
  /** names and addresses that the certificate is for; the first is in links and enrolment tokens */
  names: readonly string[]
  /** a certificate that somebody else issued, instead of the hub's own authority */
  certificate?: CertificateFiles
  /** lets alerts go to addresses of this machine; for tests and the demo */
  allowLoopback?: boolean
  /** what Vite built */
  webApp?: string
  now?: () => number
  logger?: FastifyBaseLogger
  version?: string
}

export type Hub = {
  url: string
  /** for the console; null once the hub is set up */
  setupCode: string | null
  /** PEM of the hub's own CA; null with a given certificate */
  ca: string | null
  stop: () => Promise<void>
}

/** Rooms in the order in which their tables refer to each other. */
const migrations = [
  { room: 'audit', migrations: auditMigrations },
  { room: 'inventory', migrations: inventoryMigrations },
  { room: 'access', migrations: accessMigrations },
  { room: 'alerting', migrations: alertingMigrations },
  { room: 'sessions', migrations: sessionMigrations },
  { room: 'timeseries', migrations: timeSeriesMigrations },
  { room: 'fleet', migrations: fleetMigrations },
  { room: 'faults', migrations: faultMigrations },
  { room: 'ingest', migrations: ingestMigrations },
  { room: 'topology', migrations: topologyMigrations },
  { room: 'messages', migrations: messageMigrations },
  { room: 'discovery', migrations: discoveryMigrations },
]

/** Starts a hub; resolves when it listens. Throws StewardError when the folder or the port cannot be had; nothing runs on then. */
export async function buildApp(options: HubOptions): Promise<Hub> {
  const running = new AsyncDisposableStack()
  try {
    return await startHub(options, running)
  } catch (error) {
    await running.disposeAsync()
    throw startError(error, options)
  }
}

type Base = {
  platform: Platform
  series: TimeSeriesStore
  certificate: ServerCertificate
  loadCertificate: () => Promise<ServerCertificate>
}

/** The data folder, the certificate and both stores. */
async function openBase(options: HubOptions, running: AsyncDisposableStack): Promise<Base> {
  const now = options.now ?? Date.now
  const log = options.logger ?? pino({ level: 'warn' })
  const { dataDir, certificate: files, names } = options
  makeDataDir(dataDir)
  await refuseSecondHub(dataDir)
  const loadCertificate = async () =>
    files === undefined ? ownCertificate(dataDir, names, now()) : readCertificate(files, now())
  const certificate = await loadCertificate()
  const db = await openDatabase(join(dataDir, 'hub.sqlite'), migrations)
  running.defer(() => db.destroy())
  const folder = join(dataDir, timeSeriesFolder)
  const series = await openSeries({ folder, now, warn: (message, facts) => log.warn(facts, message) })
  running.defer(() => series.close())
  const events = createHubEvents((error, name) => log.error({ err: error }, `a listener of "${name}" failed`))
  return {
    platform: { db, now, events, log, dataDir, audit: createAudit(db, now) },
    series,
    certificate,
    loadCertificate,
  }
}

/** What is started is put on the stack, and ends in the opposite order. */
async function startHub(options: HubOptions, running: AsyncDisposableStack): Promise<Hub> {
  const { platform, series, certificate, loadCertificate } = await openBase(options, running)
  const { now, log, dataDir } = platform
  const version = options.version ?? '0.0.0'
  const origin = `https://${options.names[0] ?? 'localhost'}:${options.port}`
  let ingestTrouble = (): string | null => null
  const trouble = async () => (await platformTrouble(platform)) ?? ingestTrouble()
  const alerting = createAlerting({
    ...platform,
    origin,
    allowLoopback: options.allowLoopback ?? false,
    faults: faultsForAlerts(now),
    trouble,
  })
  running.defer(() => alerting.stop())
  const access = await createAccess({ ...platform, origin, sendMail: alerting.sendMail })
  const caFingerprint = certificate.ca === null ? null : fingerprintOf(certificate.ca)
  const configOf = (agent: { id: string; site: string }) => inventory.configOf(agent)
  const rooms = startDataRooms(platform, { store: series, origin, caFingerprint, configOf }, running)
  ingestTrouble = rooms.ingest.trouble
  const inventory = createInventory(platform, rooms.ports)
  running.defer(keepInventory(inventory))
  const topology = createTopology(platform, inventory)
  running.defer(() => topology.stop())
  const messages = createMessages(platform, inventory)
  running.defer(() => messages.stop())
  const discoveries = await createDiscoveries({
    platform,
    inventory,
    search: async (site, request, signal) =>
      (await rooms.fleet.linkToNetwork(site, request.network)).discover(request, signal),
    networksOf: (site) => networksOfSite(rooms.fleet.db, site),
  })
  running.defer(() => discoveries.stop())
  const sessions = await createSessions({
    ...platform,
    authenticate: access.authenticate,
    linkOfDevice: rooms.fleet.linkOfDevice,
  })

  const app = await createServer({ certificate, authenticate: access.authenticate, logger: log, version })
  running.defer(() => app.close())
  running.defer(keepCertificateFresh(app.server, { current: certificate, load: loadCertificate, log }))
  // Links and tunnels are sockets that the server does not count as its own.
  running.defer(() => rooms.fleet.links.stop())
  running.defer(() => sessions.stop())
  const gauges = async () => ({ ...(await alerting.gauges()), ...(await rooms.gauges()) })
  await registerRoutes(app, {
    platform,
    access,
    alerting,
    inventory,
    discoveries,
    sessions,
    topology,
    messages,
    rooms,
    series,
    health: { trouble, gauges },
  })
  if (options.webApp !== undefined) await serveWebApp(app, options.webApp)
  const backup = async () => {
    await platform.audit.write({ who: 'console', action: 'backup', target: dataDir })
    return packSnapshot(await takeSnapshot({ dataDir, series, now, version }))
  }
  const recover = (email: string) => recoverPerson(access, email)
  const door = await openLocalDoor(dataDir, { backup, recover })
  if (door === null) log.warn(`the path of ${dataDir} is too long for a socket: no backup while the hub runs`)
  else running.defer(() => door.close())
  await app.listen({ host: options.host, port: options.port })
  const stop = () => running.disposeAsync()
  return { url: origin, setupCode: access.setupCode?.code ?? null, ca: certificate.ca, stop }
}

function makeDataDir(folder: string): void {
  try {
    makePrivateFolder(folder)
    accessSync(folder, constants.R_OK | constants.W_OK | constants.X_OK)
    sweepSnapshots(folder)
  } catch (error) {
    throw new StewardError(
      'system/data-folder',
      `The data folder ${folder} cannot be made or written; choose another with --data.`,
      { cause: error },
    )
  }
}
