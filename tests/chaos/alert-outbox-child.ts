/**
 * A hub's alerting alone, as a process that can be killed: decides on the faults in a file (one id a line, written by the
 * test) and sends. Arguments: data folder, the file, address of the receiver.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { alertingMigrations, createAlerting, type KnownFault } from '@steward/hub/alerting'
import { auditMigrations, createAudit } from '@steward/hub/audit'
import { openDatabase } from '@steward/hub/db'
import { inventoryMigrations } from '@steward/hub/inventory'
import { ApplyDocument } from '@steward/shared/api'
import { createHubEvents } from '../../hub/src/events.ts'

const [dataDir = '', file = '', url = ''] = process.argv.slice(2)
const site = { id: 'tower-a', name: 'Tower A', timezone: 'UTC' }

const quiet = (): void => undefined
const levels = { fatal: quiet, error: quiet, warn: quiet, info: quiet, debug: quiet, trace: quiet, silent: quiet }
const log = { level: 'silent', ...levels, child: () => log }

function faultOf(id: string): KnownFault {
  const device = { id, name: id }
  const rest = {
    openedAt: 0,
    closedAt: null,
    affected: [],
    incident: null,
    maintenance: false,
    systems: [],
    reason: { zh: '', en: '' },
  }
  return { id, device, level: 'L3', kind: 'down', ...rest }
}

const db = await openDatabase(join(dataDir, 'hub.sqlite'), [
  { room: 'audit', migrations: auditMigrations },
  { room: 'inventory', migrations: inventoryMigrations },
  { room: 'alerting', migrations: alertingMigrations },
])
const events = createHubEvents(quiet)
const platform = { db, now: Date.now, events, audit: createAudit(db, Date.now), log, dataDir }
const alerting = createAlerting({
  ...platform,
  origin: 'https://hub.example',
  allowLoopback: true,
  faults: {
    ofSite: async () => ({
      site,
      customer: 'acme',
      faults: readFileSync(file, 'utf8').split('\n').filter(Boolean).map(faultOf),
    }),
    sitesToLookAt: async () => [site.id],
    noteTold: async () => undefined,
  },
})
const recipients = ['one', 'two'].map((name) => ({ name, target: { channel: 'webhook', url: `${url}${name}` } }))
const by = { kind: 'key', id: 'test', name: 'test', rights: [] } as const
await alerting.apply(ApplyDocument.parse({ recipients }), { dryRun: false, by })
// Stands for the events of the faults' room: look again and again, as fast as faults come.
const look = (): void => alerting.look(site.id)
setInterval(look, 20)
console.log('ready')
