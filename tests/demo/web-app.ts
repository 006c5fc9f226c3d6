import { spawnSync } from 'node:child_process'
import { existsSync, globSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { StewardError } from '@steward/shared/errors'

/** Builds the web app when it is missing or older than its sources. */
export function buildWebAppIfStale(root: string): void {
  const folder = join(root, 'dashboards')
  const built = join(folder, 'dist', 'index.html')
  const sources = globSync(['src/**/*', 'index.html', 'vite.config.ts', 'package.json'], { cwd: folder })
  const newest = Math.max(0, ...sources.map((it) => statSync(join(folder, it)).mtimeMs))
  if (existsSync(built) && statSync(built).mtimeMs >= newest) return
  console.log('Building the web app …')
  const vite = join(folder, 'node_modules', 'vite', 'bin', 'vite.js')
  const { status } = spawnSync(process.execPath, [vite, 'build', '--logLevel', 'warn'], {
    cwd: folder,
    stdio: ['ignore', 'inherit', 'inherit'],
  })
  if (status !== 0) throw new StewardError('system/internal', 'The web app does not build; see above.')
}
