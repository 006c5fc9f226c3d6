import { AuditList, PageQuery } from '@steward/shared/api'
import { Slug } from '@steward/shared/model'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import type { Kysely } from 'kysely'
import { z } from 'zod'
import { scopeOf } from '../http/index.ts'
import type { AuditTables } from './log.ts'

const Query = PageQuery.extend({
  site: Slug.optional(),
  action: z.string().max(80).optional(),
  who: z.string().max(200).optional(),
})
const Detail = z.record(z.string(), z.unknown())

export function auditRoutes({ db }: { db: Kysely<unknown> }): FastifyPluginAsyncZod {
  return async (app) => {
    app.get(
      '/audit',
      {
        config: { access: 'administer' },
        schema: {
          tags: ['audit'],
          summary: 'The audit log, newest first',
          querystring: Query,
          response: { 200: AuditList },
        },
      },
      async (request) => {
        const { limit, next, site, action, who } = request.query
        const scope = scopeOf(request)
        let query = db
          .withTables<AuditTables>()
          .selectFrom('audit')
          .selectAll()
          .orderBy('seq', 'desc')
          .limit(limit + 1)
        if (!scope.all) query = query.where('customer', 'in', [...scope.customers])
        if (next !== undefined) query = query.where('seq', '<', Number(next))
        if (site !== undefined) query = query.where('site', '=', site)
        if (action !== undefined) query = query.where('action', '=', action)
        if (who !== undefined) query = query.where('who', '=', who)
        const rows = await query.execute()
        const items = rows.slice(0, limit).map((row) => ({
          id: String(row.seq),
          at: new Date(row.at).toISOString(),
          who: row.who,
          action: row.action,
          site: row.site,
          target: row.target,
          detail: Detail.parse(JSON.parse(row.detail)),
        }))
        return { items, next: rows.length > limit ? (items.at(-1)?.id ?? null) : null }
      },
    )
  }
}
