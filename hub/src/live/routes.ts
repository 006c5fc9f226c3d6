import { StewardError } from '@steward/shared/errors'
import { Slug } from '@steward/shared/model'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import { z } from 'zod'
import { type Principal, type Scope, siteScope } from '../access/index.ts'
import { principalOf, scopeOf } from '../http/index.ts'
import type { Filter, Live } from './live.ts'

export type LiveParts = {
  live: Live
  /** who asks; asked again while a stream lasts */
  authenticate(request: FastifyRequest): Promise<Principal | null>
}

const heartbeatMs = 15_000
/** A client that lets this much wait is dropped; it comes back and takes up where it was. */
const maxWaitingBytes = 1024 * 1024
const maxStreams = 2000
const maxOfOne = 20

const types = ['fault', 'device', 'reading', 'agent', 'enrolment', 'config', 'topology', 'silences'] as const
const Query = z.object({
  site: Slug.optional(),
  /** a list with commas; left out: all */
  types: z
    .string()
    .max(100)
    .transform((it) => it.split(','))
    .pipe(z.array(z.enum(types)))
    .optional(),
})

/**
 * Server-sent events (WHATWG HTML, 9.2). `data:` is a LiveEvent; an event named `reset` says that some were missed, so that
 * the client asks for everything anew.
 */
export function liveRoutes({ live, authenticate }: LiveParts): FastifyPluginAsyncZod {
  const streams = new Map<string, number>()
  return async (app) => {
    const open = new Set<() => void>()
    // Before the server waits for its connections to end.
    app.addHook('preClose', async () => {
      for (const end of open) end()
    })
    app.get(
      '/events',
      {
        config: { access: 'read' },
        schema: {
          tags: ['events'],
          summary: 'What changes, as it happens (server-sent events); the header Last-Event-ID takes up where one was',
          querystring: Query,
        },
      },
      async (request, reply) => {
        const principal = principalOf(request)
        const own = streams.get(principal.id) ?? 0
        if (own >= maxOfOne || live.viewers() >= maxStreams) {
          throw new StewardError('access/too-many-requests', 'Too many live streams are open; close a tab or two.')
        }
        streams.set(principal.id, own + 1)
        const end = serve({ live, authenticate }, request, reply, { filter: request.query, scope: scopeOf(request) })
        open.add(end)
        reply.raw.once('close', () => {
          open.delete(end)
          const left = (streams.get(principal.id) ?? 1) - 1
          if (left > 0) streams.set(principal.id, left)
          else streams.delete(principal.id)
        })
      },
    )
  }
}

/** Serves one stream; gives the way to end it. */
function serve(
  { live, authenticate }: LiveParts,
  request: FastifyRequest,
  reply: FastifyReply,
  it: { filter: Filter; scope: Scope },
): () => void {
  const principal = principalOf(request)
  const { raw } = reply
  let scope = it.scope
  reply.hijack()
  for (const [name, value] of Object.entries(reply.getHeaders())) if (value !== undefined) raw.setHeader(name, value)
  raw.writeHead(200, {
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-store',
    'x-accel-buffering': 'no',
  })
  // Whoever went away is noticed by the close.
  raw.on('error', () => undefined)
  raw.write('retry: 2000\n\n')
  const send = (id: string, text: string): void => {
    if (raw.writableEnded) return
    if (raw.writableLength > maxWaitingBytes) raw.destroy()
    else raw.write(`id: ${id}\ndata: ${text}\n\n`)
  }
  const given = request.headers['last-event-id']
  const lastId = typeof given === 'string' ? given : null
  const { complete, leave } = live.join({ filter: it.filter, scope: () => scope, send }, lastId)
  if (!complete) raw.write('event: reset\ndata: {}\n\n')
  const end = (): void => void raw.end()
  const unsubscribe = live.platform.events.on('access-revoked', (who) => {
    if (('person' in who ? who.person : who.key) === principal.id) end()
  })
  const look = async (): Promise<void> => {
    const now = await authenticate(request)
    const present = now === null ? null : siteScope(now, 'read')
    if (present === null) end()
    else scope = present
  }
  const timer = setInterval(() => {
    if (!raw.writableEnded) raw.write(': still here\n\n')
    // Rights that were taken away end the stream at once; those that ran out, here. Where they cannot be asked for, it ends.
    look().catch(end)
  }, heartbeatMs)
  raw.once('close', () => {
    clearInterval(timer)
    unsubscribe()
    leave()
  })
  return end
}
