import { readFile, stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { createDiagnosis, type FaultEvent } from '@steward/shared/diagnosis'
import { isStewardError } from '@steward/shared/errors'
import { Command } from 'commander'
import { parseEvents, UtcTime } from './diagnose-events.ts'
import { bad, parseSite } from './diagnose-site.ts'

const maxBytes = 256 * 1024 * 1024

/** Where a command writes; standard output and error where left out. */
export type Output = { out(text: string): void; warn(text: string): void }

const standard: Output = {
  out(text) {
    // Whoever reads may stop early (`| head`); that is no error of this command.
    if (process.stdout.listenerCount('error') === 0) process.stdout.on('error', endQuietly)
    process.stdout.write(text)
  },
  warn: (text) => process.stderr.write(text),
}

function endQuietly(error: Error): void {
  if (!('code' in error) || error.code !== 'EPIPE') throw error
  process.exit(0)
}

/**
 * `steward diagnose`: replays a site's events and prints its faults (fault-levels.md, section 4). Files are named from
 * `cwd`, where the person stands.
 */
export function diagnoseCommand(cwd: string = process.cwd(), output: Output = standard): Command {
  const command = new Command('diagnose')
    .description("replay a site's events and print its faults with their levels, one JSON object a line")
    .option('--site <file>', "the site's model, YAML or JSON: systems, devices, who needs whom")
    .option('--events <file>', 'what was observed, JSON lines ordered by time')
    .option('--until <time>', 'also what falls due by time alone up to then (ISO 8601, UTC); default: the last event')
    .addHelpText(
      'after',
      `
Events, one a line:
  {"at":"2026-01-01T00:00:05Z","device":"core-1","state":"down"}          state: down | up
  {"at":"2026-01-01T00:01:00Z","device":"cam-07","maintenance":true}
  {"at":"2026-01-01T00:02:00Z","device":"ups-1","imminent":"ups-on-battery","value":true}

Examples:
  steward diagnose --site site.yaml --events events.jsonl
  steward diagnose --site site.yaml --events events.jsonl --until 2026-01-01T06:00:00Z`,
    )
    .action(async (options: { site?: string; events?: string; until?: string }) => {
      try {
        if (options.site === undefined) throw bad('Name the site with --site FILE.')
        if (options.events === undefined) throw bad('Name the events with --events FILE.')
        const site = { name: options.site, text: await read(cwd, options.site) }
        const events = { name: options.events, text: await read(cwd, options.events) }
        for (const event of replay(site, events, options.until, output.warn)) output.out(`${lineOf(event)}\n`)
      } catch (error) {
        if (isStewardError(error)) command.error(error.message, { exitCode: 2, code: error.code })
        throw error
      }
    })
  return command
}

type File = { name: string; text: string }

/** Everything is read and checked before the first event is given out. */
function replay(site: File, events: File, until: string | undefined, warn: Output['warn']): Iterable<FaultEvent> {
  const { model, warnings } = parseSite(site.text, site.name)
  const instants = parseEvents(events.text, events.name, new Set(model.devices.map((it) => it.id)))
  const end = until === undefined ? (instants.at(-1)?.at ?? null) : parseUntil(until)
  for (const it of warnings) warn(`${it}\n`)
  return run()

  function* run(): Generator<FaultEvent> {
    const diagnosis = createDiagnosis(model)
    if (end === null) return
    for (const { at, inputs } of instants) if (at <= end) yield* diagnosis.step(at, inputs)
    yield* diagnosis.step(end, [])
  }
}

function parseUntil(until: string): number {
  const parsed = UtcTime.safeParse(until)
  if (!parsed.success) throw bad(`--until ${until}: ${parsed.error.issues[0]?.message ?? 'not a time'}`)
  return parsed.data
}

/** One event as section 4 writes it: the same bytes for the same event, whatever the machine. */
function lineOf({ at, ...event }: FaultEvent): string {
  const { fault, event: what, cause, kind, level, affected, functions, incident, reason } = event
  const time = new Date(at).toISOString()
  return JSON.stringify({ at: time, fault, event: what, cause, kind, level, affected, functions, incident, reason })
}

async function read(cwd: string, path: string): Promise<string> {
  try {
    const file = resolve(cwd, path)
    const { size } = await stat(file)
    if (size > maxBytes) throw bad(`${path}: larger than ${maxBytes / 1024 / 1024} MiB.`)
    return (await readFile(file, 'utf8')).replace(/^\uFEFF/, '')
  } catch (error) {
    if (isStewardError(error)) throw error
    const why = error instanceof Error && 'code' in error ? String(error.code) : String(error)
    const words: Record<string, string> = { ENOENT: 'no such file', EACCES: 'may not be read', EISDIR: 'is a folder' }
    throw bad(`${path}: ${words[why] ?? why}.`)
  }
}
