/** The hub as a process: reads the environment, starts the app, ends in order. */

import { pino } from 'pino'
import { buildApp, type HubOptions } from './app.ts'

/** Runs until a signal (or the end of standard input, for a child that shall not outlive its parent); gives the exit status. */
export async function runHub(options: HubOptions): Promise<number> {
  // Whatever is made from here on (database, journals, time series) is for this user alone.
  process.umask(0o077)
  const level = process.env.STEWARD_LOG_LEVEL ?? 'info'
  const logger = pino(
    { level, redact: ['req.headers.authorization', 'req.headers.cookie'] },
    pino.destination({ dest: 2, sync: false }),
  )
  const hub = await buildApp({ ...options, logger })
  console.log(`Steward hub: ${hub.url} (on this machine also https://localhost:${options.port})`)
  if (hub.setupCode !== null) {
    console.log(
      `First run: open the address above and enter this code to make the first administrator: ${hub.setupCode}`,
    )
    console.log(`首次运行：打开上面的地址，输入此代码以创建第一位管理员：${hub.setupCode}`)
  }
  await ended()
  await hub.stop()
  // A standard input that is still open would keep the process.
  process.stdin.destroy()
  return 0
}

function ended(): Promise<void> {
  return new Promise((resolve) => {
    process.once('SIGINT', () => resolve())
    process.once('SIGTERM', () => resolve())
    if (process.env.STEWARD_EXIT_WITH_PARENT === '1') {
      process.stdin.once('end', () => resolve())
      process.stdin.once('close', () => resolve())
      process.stdin.resume()
    }
  })
}
