import { StewardError } from '@steward/shared/errors'
import type { Connection } from '@steward/shared/model'
import { z } from 'zod'
import { DeviceSecret } from '../drivers/contract.ts'
import { ask } from './prompt.ts'

export type Field = keyof DeviceSecret

const questions: Readonly<Record<Field, string>> = {
  community: 'SNMP community: ',
  user: 'User: ',
  password: 'Password: ',
  authPassphrase: 'SNMPv3 authentication pass phrase: ',
  privPassphrase: 'SNMPv3 privacy pass phrase: ',
}

/** What a device's connections need, in the order in which it is asked for. A device that is not known needs a password. */
export function fieldsFor(connections: readonly Connection[]): Field[] {
  const fields = new Set<Field>()
  for (const it of connections) {
    if (it.driver === 'snmp' && it.version !== 'v3') fields.add('community')
    if (it.driver === 'snmp' && it.version === 'v3') {
      if (it.user === undefined) fields.add('user')
      fields.add('authPassphrase').add('privPassphrase')
    }
    if (it.driver === 'onvif' || it.driver === 'http' || it.driver === 'mqtt') fields.add('user').add('password')
  }
  return fields.size > 0 ? [...fields] : ['user', 'password']
}

/** Asks for the fields one by one; an empty answer leaves a field out. */
export async function askForFields(fields: readonly Field[], given: DeviceSecret): Promise<DeviceSecret> {
  const secret: DeviceSecret = { ...given }
  for (const field of fields) {
    if (secret[field] !== undefined) continue
    const answer = await ask(questions[field], field !== 'user')
    if (answer !== '') secret[field] = answer
  }
  return secret
}

/** `{ "user": …, "password": … }`, or a line for each field that would be asked for. Nothing of it is ever repeated. */
export function parseFields(text: string, fields: readonly Field[], given: DeviceSecret): DeviceSecret {
  if (text.trimStart().startsWith('{')) return { ...given, ...strictly(jsonOf(text)) }
  const lines = text.replace(/\r/g, '').replace(/\n$/, '').split('\n')
  const wanted = fields.filter((it) => given[it] === undefined)
  if (lines.length !== wanted.length || lines.some((it) => it === '')) {
    throw new StewardError(
      'input/invalid',
      `Standard input must have one line for each of: ${wanted.join(', ')}; or a JSON object.`,
    )
  }
  const secret: DeviceSecret = { ...given }
  for (const [i, field] of wanted.entries()) secret[field] = lines[i] ?? ''
  return strictly(secret)
}

const StrictSecret = DeviceSecret.strict().refine((it) => Object.keys(it).length > 0)

export function strictly(value: unknown): DeviceSecret {
  const secret = StrictSecret.safeParse(value)
  if (secret.success) return secret.data
  const names = Object.keys(questions).join(', ')
  throw new StewardError('input/invalid', `A secret has one or more of ${names}, and nothing else.`)
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new StewardError('input/invalid', 'Standard input is not JSON.')
  }
}

/** A list as `secret import` takes it. */
export const SecretList = z.array(z.object({ device: z.string(), address: z.string().optional() }).loose()).max(20_000)
