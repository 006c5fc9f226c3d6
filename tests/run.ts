/** `pnpm test`: brings what the tests need, builds the web app, runs every test, and names at the end what was skipped. */
import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { buildWebAppIfStale } from './demo/web-app.ts'
import { debianFonts, debianPackages, findProgram, type Program } from './requirements.ts'

const root = join(import.meta.dirname, '..')
const reportFile = join(root, '.cache', 'test-report.json')
const inCi = process.env.CI === 'true'

/** Name of a test that may be skipped in CI: it needs material that is not part of the project, or rights that containers lack. */
const mayBeSkipped = /\[(recordings|scenarios|namespaces)\]/

function missingPackages(): string[] {
  const programs = Object.keys(debianPackages).filter((it): it is Program => it in debianPackages)
  const missing = programs.filter((it) => findProgram(it) === null).map((it) => debianPackages[it])
  return existsSync(debianFonts.path) ? missing : [...missing, debianFonts.package]
}

function run(command: string, args: string[], options: { quiet?: boolean } = {}): boolean {
  const result = spawnSync(command, args, {
    cwd: root,
    stdio: options.quiet === true ? ['ignore', 'ignore', 'inherit'] : ['ignore', 'inherit', 'inherit'],
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  })
  return result.status === 0
}

function installPackages(): void {
  const packages = missingPackages()
  if (packages.length === 0) return
  const may = process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')
  if (!may) {
    console.log(`Not installed, so some tests are skipped: ${packages.join(', ')}.`)
    return
  }
  console.log(`Installing from Debian: ${packages.join(', ')} …`)
  // A server that starts by itself would keep a port; the tests start their own.
  const install = ['-y', '-qq', '-o', 'Dpkg::Use-Pty=0', 'install', '--no-install-recommends', ...packages]
  const done = run('apt-get', ['update', '-qq'], { quiet: true }) && run('apt-get', install, { quiet: true })
  if (!done) console.log('The installation failed; the tests that need these packages are skipped.')
}

const Report = z.object({
  testResults: z.array(
    z.object({
      name: z.string(),
      message: z.string().optional(),
      status: z.string(),
      assertionResults: z.array(z.object({ fullName: z.string(), status: z.string() })),
    }),
  ),
})

function summarise(): { passed: number; failed: number; skipped: string[] } {
  if (!existsSync(reportFile)) return { passed: 0, failed: 1, skipped: [] }
  const { testResults } = Report.parse(JSON.parse(readFileSync(reportFile, 'utf8')))
  const tests = testResults.flatMap((file) => file.assertionResults)
  const brokenFiles = testResults.filter((it) => it.status === 'failed' && it.assertionResults.length === 0).length
  return {
    passed: tests.filter((it) => it.status === 'passed').length,
    failed: tests.filter((it) => it.status === 'failed').length + brokenFiles,
    skipped: tests.filter((it) => !['passed', 'failed'].includes(it.status)).map((it) => it.fullName),
  }
}

async function main(): Promise<number> {
  installPackages()
  await buildWebAppIfStale(root, new AbortController().signal)
  mkdirSync(join(root, '.cache'), { recursive: true })
  rmSync(reportFile, { force: true })
  const filters = process.argv.slice(2).filter((it) => it !== '--')
  const vitest = join(root, 'node_modules', '.bin', 'vitest')
  const reporters = ['--reporter=dot', '--reporter=json', `--outputFile.json=${reportFile}`]
  const passedAll = run(vitest, ['run', ...reporters, ...filters])

  const { passed, failed, skipped } = summarise()
  const unexpected = skipped.filter((it) => !mayBeSkipped.test(it))
  for (const name of skipped) console.log(`skipped: ${name}`)
  if (inCi && unexpected.length > 0) console.error('With CI=true a skipped test fails the run.')
  console.log(`${passed} passed, ${failed} failed, ${skipped.length} skipped`)
  return passedAll && failed === 0 && passed > 0 && !(inCi && unexpected.length > 0) ? 0 : 1
}

process.exitCode = await main()
