import { DeviceMessages, MessagesQuery } from '@steward/shared/api'
import { Slug } from '@steward/shared/model'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { scopeOf } from '../http/index.ts'
import { needSite } from '../inventory/index.ts'
import type { Messages } from './messages.ts'
import { messagesOf } from './messages-of.ts'

export function messageRoutes({ db, inventory }: Messages): FastifyPluginAsyncZod {
  return async (app) => {
    app.get(
      '/sites/:id/messages',
      {
        config: { access: 'read' },
        schema: {
          tags: ['messages'],
          summary: 'What devices said by themselves (SNMP notifications, syslog), newest first',
          params: z.object({ id: Slug }),
          querystring: MessagesQuery,
          response: { 200: DeviceMessages },
        },
      },
      async (request) => {
        const { id } = await needSite(inventory.db, scopeOf(request), request.params.id)
        return messagesOf(db, id, request.query)
      },
    )
  }
}
