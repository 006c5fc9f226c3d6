/** `steward probe`: reads one device and prints what it says. */
import { readFile } from 'node:fs/promises'
import { isAbsolute, join } from 'node:path'
import { text as readAll } from 'node:stream/consumers'
import { isStewardError, StewardError } from '@steward/shared/errors'
import { Command } from 'commander'
import { parse } from 'yaml'
import { createDrivers, type DeviceSecret, loadDeviceProfiles, openSession } from '../drivers/index.ts'
import { profilesFolder } from '../profiles-folder.ts'
import { failedReport, type ProbeReport, reportOf, textOf } from './probe-report.ts'
import { addressOf, CredentialsFile, type ProbeTarget, parseTarget, targetForms } from './probe-target.ts'

const maxCredentialBytes = 64 * 1024
const wholeMs = 120_000

type ProbeOptions = { json?: boolean; credentials?: string; timeout: string; profiles?: string }

export function probeCommand(): Command {
  const command = new Command('probe')
    .description('read one device and print what it says: identity, ports, points, neighbours')
    .argument('<target>', 'whom to read, see below')
    .option('--json', 'print one JSON object')
    .option(
      '--credentials <file>',
      'secrets as YAML or JSON from a file, or "-" for standard input: community, user, password, authPassphrase, privPassphrase',
    )
    .option('--timeout <ms>', 'wait this long for each answer', '2000')
    .option('--profiles <folder>', 'device profiles from another folder')
    .addHelpText('after', `\nTargets:\n${targetForms.map((it) => `  ${it}`).join('\n')}\n\n${examples}`)
  return command.action(async (target: string, options: ProbeOptions) => {
    try {
      const report = await probe(target, options)
      process.stdout.write(options.json === true ? `${JSON.stringify(report, null, 2)}\n` : textOf(report))
      if (report.errors.some((it) => it.point === null)) process.exitCode = 1
    } catch (error) {
      if (isStewardError(error, 'input/invalid')) command.error(error.message, { exitCode: 2, code: error.code })
      throw error
    }
  })
}

const examples = `Examples:
  steward probe snmp://public@10.0.4.2
  steward probe onvif://10.0.4.31 --credentials camera.yaml --json
  echo 'password: …' | steward probe onvif://admin@10.0.4.31 --credentials -`

/** A device that does not answer is a report with an error, not an exception. */
async function probe(text: string, options: ProbeOptions): Promise<ProbeReport> {
  const target = parseTarget(text)
  const timeoutMs = Number(options.timeout)
  if (!Number.isInteger(timeoutMs) || timeoutMs < 50 || timeoutMs > 60_000)
    throw new StewardError('input/invalid', '--timeout takes 50 to 60000 ms.')
  const typed = options.credentials === undefined ? {} : await readCredentials(options.credentials)
  const folder = options.profiles === undefined ? profilesFolder() : resolved(options.profiles)
  const { profiles, problems } = loadDeviceProfiles(folder)
  for (const { file, message } of problems) process.stderr.write(`profile ${file} left out: ${message}\n`)
  const started = performance.now()
  try {
    const drivers = createDrivers(profiles)
    return await read(target, { ...target.secret, ...typed }, timeoutMs, drivers)
  } catch (error) {
    if (!isStewardError(error) || error.code === 'input/invalid') throw error
    return failedReport(target.shown, error, performance.now() - started)
  }
}

async function read(
  target: ProbeTarget,
  secret: DeviceSecret,
  timeoutMs: number,
  drivers: ReturnType<typeof createDrivers>,
): Promise<ProbeReport> {
  const address = await addressOf(target.host)
  const started = performance.now()
  const given = Object.keys(secret).length === 0 ? null : secret
  const session = openSession(drivers, { device: 'probed', address, connection: target.connection, secret: given })
  try {
    const reading = await session.poll({ timeoutMs, signal: AbortSignal.timeout(wholeMs) })
    return reportOf(target.shown, reading, performance.now() - started)
  } finally {
    session.close()
    for (const driver of Object.values(drivers)) driver.close()
  }
}

/** Throws `input/invalid` without repeating anything that was in the file. */
export async function readCredentials(from: string): Promise<DeviceSecret> {
  const where = from === '-' ? 'standard input' : from
  const text = await (from === '-' ? readAll(process.stdin) : readFile(resolved(from), 'utf8')).catch(() => {
    throw new StewardError('input/invalid', `The credentials cannot be read from ${where}.`)
  })
  const parsed = CredentialsFile.safeParse(text.length > maxCredentialBytes ? null : parseQuietly(text))
  if (parsed.success) return parsed.data
  throw new StewardError(
    'input/invalid',
    `The credentials in ${where} are not "name: value" lines of community, user, password, authPassphrase, privPassphrase.`,
  )
}

function parseQuietly(text: string): unknown {
  try {
    return parse(text)
  } catch {
    return null
  }
}

/** Where the person stands is not where the package manager started us. */
export function resolved(path: string): string {
  return isAbsolute(path) ? path : join(process.env.INIT_CWD ?? process.cwd(), path)
}
