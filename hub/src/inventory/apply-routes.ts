import { setImmediate as nextTurn } from 'node:timers/promises'
import { type ApplyDocument, ApplyResult, ImportRequest, ImportResult } from '@steward/shared/api'
import { StewardError } from '@steward/shared/errors'
import { type DeviceModel, Slug } from '@steward/shared/model'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import type { Principal } from '../access/index.ts'
import { principalOf, scopeOf } from '../http/index.ts'
import { type ApplyOutcome, applyInventory } from './apply.ts'
import { ApplyBody, checkedDocument } from './apply-body.ts'
import { type DeviceMisfit, misfitsOf } from './consistency.ts'
import { type CsvDevices, type CsvError, csvTemplate, devicesFromCsv } from './csv.ts'
import { mergeRow } from './csv-merge.ts'
import { devicesOf } from './devices.ts'
import type { Inventory } from './inventory.ts'
import { needSite } from './sites.ts'

type Changes = z.output<typeof ApplyResult>['changes']
/** What other rooms apply of a document: recipients, mail, dead man. */
export type ApplyElsewhere = (document: ApplyDocument, options: { dryRun: boolean; by: Principal }) => Promise<Changes>

const Query = z.object({ dryRun: z.stringbool().default(false) })

async function noteApplied(inventory: Inventory, by: Principal, done: ApplyOutcome): Promise<void> {
  for (const customer of done.changedCustomers)
    await inventory.platform.audit.write({ who: by.name, action: 'apply', customer, target: customer })
  for (const { id, customer } of done.changedSites)
    await inventory.changed(by, { action: 'apply', site: id, customer, target: id })
}

/** Rows merged between two turns of the event loop. */
const mergedAtOnce = 100

/** Enough to mend a table by; a wrong one has thousands. */
const maxErrors = 200

/** What does not fit, at the lines of the table; a device that is not in it is named. */
function misfitErrors(misfits: readonly DeviceMisfit[], { rows }: CsvDevices): CsvError[] {
  return misfits.map(({ device, field, message }) => {
    const line = rows.get(device)?.line
    return line === undefined
      ? { line: 0, column: '', message: `device ${device}: ${message}` }
      : { line, column: field, message }
  })
}

export function applyRoutes(inventory: Inventory, elsewhere: ApplyElsewhere): FastifyPluginAsyncZod {
  const { db, platform } = inventory
  return async (app) => {
    app.post(
      '/apply',
      {
        config: { access: 'configure' },
        bodyLimit: 16 * 1024 * 1024,
        schema: {
          tags: ['inventory'],
          summary: 'Brings the hub to what a document says; `dryRun` only shows the difference',
          querystring: Query,
          body: ApplyBody,
          response: { 200: ApplyResult },
        },
      },
      async (request) => {
        const scope = scopeOf(request)
        const by = principalOf(request)
        const { dryRun } = request.query
        const document = await checkedDocument(request.body)
        const settings = document.recipients.length > 0 || document.mail !== undefined || document.deadMan !== undefined
        if (settings && !scope.all)
          throw new StewardError(
            'access/forbidden',
            'Recipients, mail and dead man are for the company’s administrators.',
          )
        const done = await applyInventory(db, scope, document, { dryRun, now: platform.now() })
        if (!dryRun) await noteApplied(inventory, by, done)
        const { changes } = done
        return { dryRun, changes: [...changes, ...(settings ? await elsewhere(document, { dryRun, by }) : [])] }
      },
    )
    app.get(
      '/import/template',
      {
        config: { access: 'configure' },
        schema: { tags: ['inventory'], summary: 'A CSV table to fill in', response: { 200: z.string() } },
      },
      async (_request, reply) =>
        reply
          .type('text/csv; charset=utf-8')
          .header('content-disposition', 'attachment; filename="devices.csv"')
          .send(csvTemplate),
    )
    app.post(
      '/sites/:id/devices/import',
      {
        config: { access: 'configure' },
        bodyLimit: 4 * 1024 * 1024,
        schema: {
          tags: ['inventory'],
          summary: 'Devices from CSV: preview with `dryRun`, then all or nothing',
          params: z.object({ id: Slug }),
          body: ImportRequest,
          response: { 200: ImportResult },
        },
      },
      async (request) => {
        const scope = scopeOf(request)
        const site = await needSite(db, scope, request.params.id)
        const table = await devicesFromCsv(request.body.csv)
        const known = new Map((await devicesOf(db, site.id)).map((it) => [it.config.id, it.config]))
        const devices: DeviceModel[] = []
        for (const [index, row] of table.devices.entries()) {
          if (index % mergedAtOnce === mergedAtOnce - 1) await nextTurn()
          devices.push(mergeRow(table, known.get(row.id), row))
        }
        const all = new Map([...known, ...devices.map((it) => [it.id, it] as const)])
        const errors = [...table.errors, ...misfitErrors(misfitsOf(site.systems, [...all.values()]), table)]
        if (errors.length > 0) return { dryRun: true, changes: [], errors: errors.slice(0, maxErrors) }
        const { dryRun } = request.body
        const document = { customers: [], sites: [{ ...site, devices }], recipients: [] }
        const { changes } = await applyInventory(db, scope, document, { dryRun, now: platform.now() })
        const by = principalOf(request)
        const note = { site: site.id, customer: site.customer, target: site.id, detail: { devices: devices.length } }
        if (!dryRun) await inventory.changed(by, { action: 'import', ...note })
        return { dryRun, changes: changes.filter((it) => it.kind === 'device'), errors: [] }
      },
    )
  }
}
