/** For machines that watch the hub: /healthz (it runs), /readyz (it can do its work), /metrics (Prometheus text format 0.0.4). */
import { monitorEventLoopDelay } from 'node:perf_hooks'
import type { FastifyPluginAsync } from 'fastify'

export type Health = {
  /** why the hub cannot do its work, or null */
  trouble: () => Promise<string | null>
  /** figures of the rooms, by metric name */
  gauges: () => Promise<Record<string, { help: string; value: number }>>
}

const resolutionMs = 10

/** Seconds beyond the interval of the timer that measures; what it gives are nanoseconds from one tick to the next. */
function delayOf(tickNs: number): number {
  return Math.max(0, tickNs / 1e9 - resolutionMs / 1000)
}

export function healthRoutes({ trouble, gauges }: Health): FastifyPluginAsync {
  return async (app) => {
    const delay = monitorEventLoopDelay({ resolution: resolutionMs })
    delay.enable()
    app.addHook('onClose', async () => {
      delay.disable()
    })
    const open = { config: { access: 'public' as const, rateLimit: false as const }, schema: { hide: true } }
    app.get('/healthz', open, async (_request, reply) => reply.type('text/plain').send('ok\n'))
    app.get('/readyz', open, async (_request, reply) => {
      const why = await trouble()
      return reply
        .code(why === null ? 200 : 503)
        .type('text/plain')
        .send(`${why ?? 'ok'}\n`)
    })
    app.get('/metrics', open, async (_request, reply) => {
      const own = {
        steward_resident_bytes: { help: 'Resident memory of the hub.', value: process.memoryUsage.rss() },
        steward_uptime_seconds: { help: 'Seconds since the hub started.', value: Math.round(process.uptime()) },
        steward_event_loop_p99_seconds: {
          help: 'Delay of the event loop since the last look, 99th percentile.',
          value: delayOf(delay.percentile(99)),
        },
        steward_event_loop_max_seconds: {
          help: 'Longest delay of the event loop since the last look.',
          value: delayOf(delay.max),
        },
      }
      delay.reset()
      const lines = Object.entries({ ...own, ...(await gauges()) }).map(
        ([name, { help, value }]) => `# HELP ${name} ${help}\n# TYPE ${name} gauge\n${name} ${value}\n`,
      )
      return reply.type('text/plain; version=0.0.4').send(lines.join(''))
    })
  }
}
