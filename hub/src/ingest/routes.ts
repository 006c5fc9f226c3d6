import { StewardError } from '@steward/shared/errors'
import { agentPaths, BatchReceipt, batchLimits } from '@steward/shared/wire'
import type { FastifyRequest } from 'fastify'
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod'
import type { AgentIdentity } from '../fleet/index.ts'
import { readBatch } from './envelope.ts'
import type { Ingest } from './ingest.ts'
import { unpackBody } from './read-body.ts'

/** Bodies in memory at a time; an agent that is asked to wait sends again. */
const maxAtATime = 16

/** Where agents send their batches. */
export function ingestRoutes(ingest: Ingest): FastifyPluginAsyncZod {
  const { fleet } = ingest.options
  const senders = new WeakMap<FastifyRequest, AgentIdentity>()
  let underWay = 0
  return async (app) => {
    // The body stays as it came until the sender is known, and is unpacked under the batch's own limits.
    app.removeContentTypeParser('application/json')
    app.addContentTypeParser(
      'application/json',
      { parseAs: 'buffer', bodyLimit: batchLimits.maxBytes },
      (_request, body, done) => done(null, body),
    )
    app.post(
      agentPaths.batches,
      {
        config: { access: 'agent' },
        // Unpacked here, to this room's limits.
        decompress: false,
        schema: { hide: true, response: { 200: BatchReceipt } },
        onRequest: async (request, reply) => {
          senders.set(request, await fleet.authenticate(request))
          if (underWay >= maxAtATime) {
            throw new StewardError('access/too-many-requests', 'Many agents are sending at the moment; send it again.')
          }
          underWay += 1
          reply.raw.once('close', () => {
            underWay -= 1
          })
        },
      },
      async (request) => {
        const agent = senders.get(request)
        if (agent === undefined || !Buffer.isBuffer(request.body)) {
          throw new StewardError('input/invalid', 'A batch is sent as application/json.')
        }
        const body = await unpackBody(request.body, request.headers['content-encoding'])
        return ingest.take(agent, await readBatch(body))
      },
    )
  }
}
