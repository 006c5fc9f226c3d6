/** The web app's files, and its start page for every address that is the app's own. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import fastifyStatic from '@fastify/static'
import { StewardError } from '@steward/shared/errors'
import type { FastifyInstance } from 'fastify'
import { problemOfThrown, sendProblem } from './problems.ts'

const notBuilt =
  '<!doctype html><meta charset="utf-8"><title>Steward</title><p>The web app is not built: run <code>pnpm build</code>.<p>网页应用尚未构建：请运行 <code>pnpm build</code>。'
const ours = ['/api/', '/agent/', '/assets/']
const yearSeconds = 31_536_000

/** `folder` is what Vite built. Files with a hash in their name are kept for a year, the start page is asked for anew each time. */
export async function serveWebApp(app: FastifyInstance, folder: string): Promise<void> {
  const startPage = join(folder, 'index.html')
  const built = existsSync(startPage) ? readFileSync(startPage) : null
  if (built !== null) {
    await app.register(async (files) => {
      files.addHook('onRoute', (route) => {
        route.config = { ...route.config, access: 'public', rateLimit: false }
        route.schema = { ...route.schema, hide: true }
      })
      await files.register(fastifyStatic, {
        root: folder,
        wildcard: false,
        setHeaders: (reply, path) => {
          const forGood = path.includes('/assets/')
          reply.header('cache-control', forGood ? `public, max-age=${yearSeconds}, immutable` : 'no-cache')
        },
      })
    })
  }
  app.setNotFoundHandler((request, reply) => {
    const page = request.method === 'GET' && !ours.some((it) => request.url.startsWith(it))
    if (page && built !== null) return reply.header('cache-control', 'no-cache').type('text/html').send(built)
    if (page) return reply.code(503).type('text/html').send(notBuilt)
    const error = new StewardError(
      'input/not-found',
      `There is no ${request.method} ${request.url.split('?')[0] ?? ''}.`,
    )
    return sendProblem(reply, problemOfThrown(error).problem)
  })
}
