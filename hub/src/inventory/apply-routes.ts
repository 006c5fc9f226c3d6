import { ApplyDocument, ApplyResult, ImportRequest, ImportResult } from '@steward/shared/api'
import { isStewardError, StewardError } from '@steward/shared/errors'
import { Slug } from '@steward/shared/model'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import type { Principal } from '../access/index.ts'
import { principalOf, scopeOf } from '../http/index.ts'
import { type ApplyOutcome, applyInventory } from './apply.ts'
import { csvTemplate, devicesFromCsv } from './csv.ts'
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
          body: ApplyDocument,
          response: { 200: ApplyResult },
        },
      },
      async (request) => {
        const scope = scopeOf(request)
        const by = principalOf(request)
        const { dryRun } = request.query
        const document = request.body
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
        const { devices, errors } = devicesFromCsv(request.body.csv)
        const dryRun = request.body.dryRun || errors.length > 0
        // A table says nothing of registers and the like; what a device has beyond it stays.
        const known = new Map((await devicesOf(db, site.id)).map((it) => [it.config.id, it.config]))
        const merged = devices.map((it) => {
          const before = known.get(it.id)
          const sameDriver = before?.connections[0]?.driver === it.connections[0]?.driver
          return before !== undefined && sameDriver ? { ...it, connections: before.connections } : it
        })
        try {
          const document = { customers: [], sites: [{ ...site, devices: merged }], recipients: [] }
          const { changes } = await applyInventory(db, scope, document, { dryRun, now: platform.now() })
          if (!dryRun)
            await inventory.changed(principalOf(request), {
              action: 'import',
              site: site.id,
              customer: site.customer,
              target: site.id,
              detail: { devices: merged.length },
            })
          return { dryRun, changes: changes.filter((it) => it.kind === 'device'), errors }
        } catch (error) {
          if (!isStewardError(error, 'input/invalid')) throw error
          return { dryRun: true, changes: [], errors: [...errors, { line: 0, column: '', message: error.message }] }
        }
      },
    )
  }
}
