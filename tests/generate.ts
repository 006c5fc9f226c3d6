/** `pnpm generate`: writes what is made from schemas and tables; a test checks that it is fresh. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { httpProfileJsonSchema, modbusProfileJsonSchema, snmpProfileJsonSchema } from '@steward/agent/drivers'
import { catalogue } from '@steward/shared/errors'

const nextSteps = {
  retry: 'it is tried again',
  reconfigure: 'a person changes something',
  'give-up': 'it stops',
} as const

function errorsPage(): string {
  const rows = Object.entries(catalogue).map(([code, entry]) => {
    const status = 'status' in entry ? String(entry.status) : ''
    return `| \`${code}\` | ${entry.en} | ${entry.zh} | ${nextSteps[entry.next]} | ${status} |`
  })
  return [
    '# Errors',
    '',
    'Every error has a code that does not change. The API answers with a problem document (RFC 9457) whose `code` is one of',
    'these; the command line prints the sentence that belongs to it. This page is made from the catalogue by `pnpm generate`.',
    '',
    '| code | meaning | 含义 | then | HTTP |',
    '| --- | --- | --- | --- | --- |',
    ...rows,
    '',
  ].join('\n')
}

/** All generated files, as path from the root and content. */
export async function generatedFiles(): Promise<{ path: string; content: string }[]> {
  const httpProfile = `${JSON.stringify(httpProfileJsonSchema(), null, 2)}\n`
  const snmpProfile = `${JSON.stringify(snmpProfileJsonSchema(), null, 2)}\n`
  return [
    { path: 'docs/errors.md', content: errorsPage() },
    { path: 'docs/http-profile.schema.json', content: httpProfile },
    { path: 'docs/modbus-profile.schema.json', content: `${JSON.stringify(modbusProfileJsonSchema(), null, 2)}\n` },
    { path: 'docs/snmp-profile.schema.json', content: snmpProfile },
  ]
}

if (import.meta.main) {
  for (const { path, content } of await generatedFiles()) {
    const target = join(import.meta.dirname, '..', path)
    mkdirSync(dirname(target), { recursive: true })
    writeFileSync(target, content)
    console.log(`wrote ${path}`)
  }
}
