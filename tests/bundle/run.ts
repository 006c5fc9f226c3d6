/**
 * `pnpm bundle`: what is installed elsewhere. Types are not stripped under node_modules and a customer's machine has no checkout, so each
 * side becomes one program in a folder of its own, run by Node 24 alone: `dist/agent/steward.mjs`, and `dist/hub/steward.mjs` with the
 * web app and DuckDB's native library, which cannot be put into a file of JavaScript.
 */
import { cpSync, existsSync, globSync, mkdirSync, readFileSync, realpathSync, rmSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { build, type Plugin } from 'esbuild'

const root = join(import.meta.dirname, '..', '..')
const out = join(root, 'dist')

/** ES modules have no `require`, but packages inside the bundle call it. */
const banner = [
  '#!/usr/bin/env -S node --disable-warning=ExperimentalWarning',
  "import { createRequire as stewardRequire } from 'node:module'",
  'const require = stewardRequire(import.meta.url)',
].join('\n')

/** A worker's source stands beside the file that starts it; in the bundle all files stand beside each other. */
const workersBeside: Plugin = {
  name: 'workers-beside',
  setup(bundler) {
    bundler.onLoad({ filter: /(agent|hub)\/src\/.*\.ts$/ }, ({ path }) => ({
      contents: readFileSync(path, 'utf8').replace(/'\.\/([a-z-]+-worker)\.ts'/g, "'./$1.mjs'"),
      loader: 'ts',
    }))
  },
}

async function bundleSide(side: 'agent' | 'hub', external: string[]): Promise<string> {
  const folder = join(out, side)
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  const workers = globSync(`${side}/src/**/*-worker.ts`, { cwd: root })
  await build({
    entryPoints: [
      { in: join(import.meta.dirname, `${side}-entry.ts`), out: 'steward' },
      ...workers.map((it) => ({ in: join(root, it), out: basename(it, '.ts') })),
    ],
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    banner: { js: banner },
    plugins: [workersBeside],
    external,
    logLevel: 'warning',
    legalComments: 'linked',
  })
  return folder
}

/** DuckDB's packages as pnpm has them, each with the one for this machine's processor. */
function copyDuckDb(folder: string): void {
  const api = realpathSync(join(root, 'hub', 'node_modules', '@duckdb', 'node-api'))
  const bindings = realpathSync(join(dirname(api), 'node-bindings'))
  const native = globSync('node-bindings-*', { cwd: dirname(bindings) }).map((it) =>
    realpathSync(join(dirname(bindings), it)),
  )
  for (const from of [api, bindings, ...native]) {
    cpSync(from, join(folder, 'node_modules', '@duckdb', basename(from)), {
      recursive: true,
      dereference: true,
      filter: (it) => !it.includes('.bin'),
    })
  }
}

async function main(): Promise<void> {
  const agent = await bundleSide('agent', [])
  cpSync(join(root, 'agent', 'profiles'), join(agent, 'profiles'), { recursive: true })
  const hub = await bundleSide('hub', ['@duckdb/node-api'])
  copyDuckDb(hub)
  const web = join(root, 'dashboards', 'dist')
  if (existsSync(web)) cpSync(web, join(hub, 'web'), { recursive: true })
  else console.warn('The web app is not built (pnpm build), so the hub’s bundle has none.')
  console.log(`${agent}/steward.mjs\n${hub}/steward.mjs`)
}

await main()
