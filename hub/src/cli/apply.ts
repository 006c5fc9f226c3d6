import { readFileSync } from 'node:fs'
import { ApplyDocument, ApplyResult } from '@steward/shared/api'
import { StewardError } from '@steward/shared/errors'
import { Command } from 'commander'
import { parseDocument } from 'yaml'
import type { z } from 'zod'
import { callHub, type HubAccess, hubOptions } from './hub-call.ts'
import { typedPath } from './paths.ts'

type Options = HubAccess & { dryRun: boolean }

const maxBytes = 16 * 1024 * 1024

/** The document in a YAML (or JSON) file. Throws `input/invalid` naming line and field. */
export function readApplyFile(file: string): z.input<typeof ApplyDocument> {
  let text: string
  try {
    text = readFileSync(typedPath(file), 'utf8')
  } catch (error) {
    throw new StewardError(
      'input/invalid',
      `${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
    )
  }
  if (text.length > maxBytes) throw new StewardError('input/too-large', `${file} is larger than 16 MiB.`)
  const document = parseDocument(text, { prettyErrors: true })
  const [broken] = document.errors
  if (broken !== undefined) {
    const line = broken.linePos?.[0].line ?? 1
    throw new StewardError('input/invalid', `${file}, line ${line}: ${broken.message.split('\n')[0] ?? 'not YAML'}`)
  }
  const value: unknown = document.toJS({ maxAliasCount: 100 })
  const result = ApplyDocument.safeParse(value)
  if (!result.success) {
    const issue = result.error.issues[0]
    throw new StewardError('input/invalid', `${file}: ${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'not valid'}`)
  }
  return result.data
}

const signs = { create: '+', update: '~', unchanged: ' ' } as const

async function apply(file: string, options: Options): Promise<void> {
  const body = readApplyFile(file)
  const answer = await callHub(options, 'POST', `apply?dryRun=${String(options.dryRun)}`, body)
  const { changes } = ApplyResult.parse(answer)
  const changed = changes.filter((it) => it.action !== 'unchanged')
  for (const change of changed) {
    console.log(`${signs[change.action]} ${change.kind} ${change.id}`)
    for (const { field, from, to } of change.fields) console.log(`    ${field}: ${from} → ${to}`)
  }
  const count = (action: string) => changes.filter((it) => it.action === action).length
  const said = `${count('create')} to create, ${count('update')} to change, ${count('unchanged')} unchanged`
  console.log(
    options.dryRun
      ? `${said}; nothing was written (--dry-run).`
      : `${said.replaceAll('to create', 'created').replaceAll('to change', 'changed')}.`,
  )
}

/** `steward apply FILE.yaml` */
export function applyCommand(): Command {
  const command = new Command('apply')
    .description('bring customers, sites, devices and recipients to what a YAML file says')
    .argument('<file>', 'the document (YAML or JSON)')
    .option('--dry-run', 'only show the difference', false)
    .addHelpText(
      'after',
      '\nExamples:\n  steward apply building.yaml --dry-run\n  STEWARD_API_KEY=… steward apply building.yaml --url https://hub.example.com:8443 --ca ca.pem',
    )
  return hubOptions(command).action(apply)
}
