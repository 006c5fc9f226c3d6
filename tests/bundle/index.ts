/** Makes one program of a side, in a folder of its own that Node 24 runs alone. */
import { cpSync, existsSync, globSync, mkdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { writeProfileHeads } from '@steward/agent/drivers'
import { type BuildOptions, build, type Plugin } from 'esbuild'
import { parse } from 'yaml'
import { z } from 'zod'

const root = join(import.meta.dirname, '..', '..')

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

const program: BuildOptions = {
  bundle: true,
  platform: 'node',
  target: 'node24',
  format: 'esm',
  // What is imported when it is needed stays a file of its own until then.
  splitting: true,
  chunkNames: 'part-[hash]',
  // One sign beyond Latin-1 in a comment doubles the memory that the whole text takes.
  minifyWhitespace: true,
  lineLimit: 200,
  banner: { js: banner },
  logLevel: 'warning',
}

async function bundleSide(side: 'agent' | 'hub', folder: string, external: string[]): Promise<void> {
  rmSync(folder, { recursive: true, force: true })
  mkdirSync(folder, { recursive: true })
  const workers = globSync(`${side}/src/**/*-worker.ts`, { cwd: root })
  await build({
    ...program,
    entryPoints: [
      { in: join(import.meta.dirname, `${side}-entry.ts`), out: 'steward' },
      ...workers.map((it) => ({ in: join(root, it), out: basename(it, '.ts') })),
    ],
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    plugins: [workersBeside],
    external,
    legalComments: 'linked',
  })
}

/** One file of the tests as one program in `folder`; gives its path. */
export async function bundleOne(path: string, folder: string): Promise<string> {
  const name = basename(path, '.ts')
  await build({ ...program, entryPoints: [path], outdir: folder, outExtension: { '.js': '.mjs' } })
  return join(folder, `${name}.mjs`)
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

/** Reads pictures, in a library of this machine's processor; its own packages lie beside it as pnpm has them. */
const pictures = 'sharp'

function copyPictures(folder: string): void {
  const from = realpathSync(join(root, 'agent', 'node_modules', pictures))
  const beside = dirname(from)
  for (const name of [pictures, 'detect-libc', 'semver', ...globSync('@img/*', { cwd: beside }).sort()])
    cpSync(realpathSync(join(beside, name)), join(folder, 'node_modules', name), { recursive: true, dereference: true })
}

/** Serial lines, in a library of this machine's processor. */
const serialLines = 'serialport'

const Package = z.object({ dependencies: z.record(z.string(), z.string()).default({}) })

/** A package with all that it needs, into `folder`; what there is already in another version goes below who needs it. */
function copyPackage(name: string, beside: string, folder: string, there = new Map<string, string>()): void {
  const from = realpathSync(join(beside, name))
  if (there.get(name) === from) return
  there.set(name, from)
  const target = join(folder, 'node_modules', name)
  cpSync(from, target, { recursive: true, dereference: true, filter: (it) => basename(it) !== '.bin' })
  const { dependencies } = Package.parse(JSON.parse(readFileSync(join(from, 'package.json'), 'utf8')))
  const siblings = from.slice(0, -name.length)
  for (const it of Object.keys(dependencies)) {
    const isTaken = (there.get(it) ?? realpathSync(join(siblings, it))) !== realpathSync(join(siblings, it))
    if (isTaken) copyPackage(it, siblings, target)
    else copyPackage(it, siblings, folder, there)
  }
}

/** The list of makers by MAC address is 4 MB and rarely read: it stays a file of its own. */
const makers = 'oui-data'

function copyMakers(folder: string): void {
  const from = realpathSync(join(root, 'shared', 'node_modules', makers))
  cpSync(from, join(folder, 'node_modules', makers), { recursive: true, dereference: true })
}

/** The agent: its program, what reads pictures, and the device profiles, as JSON. About a third of a second. */
export async function bundleAgent(folder: string): Promise<void> {
  await bundleSide('agent', folder, [makers, pictures, serialLines])
  copyMakers(folder)
  copyPictures(folder)
  copyPackage(serialLines, join(root, 'agent', 'node_modules'), folder)
  const profiles = join(root, 'agent', 'profiles')
  for (const path of globSync('**/*.yaml', { cwd: profiles })) {
    const profile: unknown = parse(readFileSync(join(profiles, path), 'utf8'), { merge: true })
    const target = join(folder, 'profiles', path.replace(/\.yaml$/, '.json'))
    mkdirSync(dirname(target), { recursive: true })
    writeFileSync(target, JSON.stringify(profile))
  }
  writeProfileHeads(join(folder, 'profiles'))
}

/** The hub: its program, DuckDB's native library, the web app if it is built. */
export async function bundleHub(folder: string): Promise<void> {
  await bundleSide('hub', folder, ['@duckdb/node-api', makers])
  copyMakers(folder)
  copyDuckDb(folder)
  const web = join(root, 'dashboards', 'dist')
  if (existsSync(web)) cpSync(web, join(folder, 'web'), { recursive: true })
  else console.warn('The web app is not built (pnpm build), so the hub’s bundle has none.')
}
