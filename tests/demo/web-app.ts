import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, globSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { StewardError } from '@steward/shared/errors'

/** Whether the web app is missing, or older than anything that it is made of. */
function isStale(root: string): boolean {
  const built = join(root, 'dashboards', 'dist', 'index.html')
  if (!existsSync(built)) return true
  const made = statSync(built).mtimeMs
  const sources = globSync(
    [
      'dashboards/{src,public}/**/*',
      'dashboards/{index.html,vite.config.ts,package.json}',
      'shared/src/{api,model,errors,discovery,topology}/*.ts',
    ],
    { cwd: root },
  )
  return sources.some((it) => statSync(join(root, it)).mtimeMs > made)
}

/** Builds the web app where that is needed. Throws StewardError when it does not build; ends at once with `signal`. */
export async function buildWebAppIfStale(root: string, signal: AbortSignal): Promise<void> {
  if (!isStale(root)) return
  console.log('Building the web app … 正在构建网页应用……')
  const folder = join(root, 'dashboards')
  const vite = join(folder, 'node_modules', 'vite', 'bin', 'vite.js')
  const child = spawn(process.execPath, [vite, 'build', '--logLevel', 'warn'], {
    cwd: folder,
    stdio: ['ignore', 'inherit', 'inherit'],
    signal,
  })
  await once(child, 'exit')
  if (child.exitCode !== 0) throw new StewardError('system/internal', 'The web app does not build; see above.')
}
