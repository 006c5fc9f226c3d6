/** Calls of the command line to a hub's API; the key comes from a file or the environment, never from the command line. */
import { readFileSync } from 'node:fs'
import { errorOfProblem, StewardError } from '@steward/shared/errors'
import type { Command } from 'commander'
import { Agent, request } from 'undici'
import { typedPath } from './paths.ts'

export type HubAccess = { url: string; keyFile?: string; ca?: string }

/** The options that every command needs which talks to a hub. */
export function hubOptions(command: Command): Command {
  return command
    .option('--url <address>', 'the hub', process.env.STEWARD_URL ?? 'https://localhost:8443')
    .option('--key-file <file>', 'file with an API key (else the variable STEWARD_API_KEY)')
    .option('--ca <file>', 'the hub’s certificate authority (PEM); its data folder has it as ca.pem')
}

export function apiKeyOf({ keyFile }: HubAccess): string {
  const key = keyFile === undefined ? process.env.STEWARD_API_KEY : readGiven(keyFile, '--key-file').trim()
  if (key === undefined || key === '') {
    throw new StewardError(
      'access/unauthenticated',
      'No API key: set STEWARD_API_KEY or give --key-file (keys are made in the app under People).',
    )
  }
  return key
}

function readGiven(file: string, option: string): string {
  try {
    return readFileSync(typedPath(file), 'utf8')
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error)
    throw new StewardError('input/invalid', `The file ${file} given with ${option} cannot be read (${code}).`)
  }
}

export function caOf({ ca }: HubAccess): string | undefined {
  return ca === undefined ? undefined : readGiven(ca, '--ca')
}

/** The parsed answer of `/api/v1/<path>`. Throws StewardError with the hub's own sentence where it refuses. */
export async function callHub(
  access: HubAccess,
  method: 'GET' | 'POST',
  path: string,
  body?: unknown,
): Promise<unknown> {
  const ca = caOf(access)
  const dispatcher = new Agent({ connect: ca === undefined ? {} : { ca } })
  try {
    const answer = await request(new URL(`/api/v1/${path}`, access.url), {
      method,
      dispatcher,
      headers: {
        authorization: `Bearer ${apiKeyOf(access)}`,
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      },
      body: body === undefined ? null : JSON.stringify(body),
    })
    const text = await answer.body.text()
    if (answer.statusCode < 300) return parsed(text, access)
    const said = `${access.url} answers with status ${answer.statusCode}; is it a Steward hub?`
    throw errorOfProblem(text) ?? new StewardError('uplink/unreachable', said)
  } catch (error) {
    if (error instanceof StewardError) throw error
    throw new StewardError('uplink/unreachable', `${access.url} cannot be reached: ${reasonOf(error)}`, {
      cause: error,
    })
  } finally {
    await dispatcher.close()
  }
}

function parsed(text: string, access: HubAccess): unknown {
  try {
    return JSON.parse(text)
  } catch (cause) {
    throw new StewardError('uplink/unreachable', `${access.url} answers, but not as a Steward hub does.`, { cause })
  }
}

function reasonOf(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : ''
  if (/SELF_SIGNED|UNABLE_TO_VERIFY|UNABLE_TO_GET_ISSUER/.test(code))
    return 'its certificate is not trusted here; give the hub’s ca.pem with --ca.'
  return code === '' ? (error instanceof Error ? error.message : String(error)) : code
}
