/** `snmp://public@10.0.4.2:161` and the like: whom to read, how, and with which secret. */
import { lookup } from 'node:dns/promises'
import { isIP } from 'node:net'
import { StewardError } from '@steward/shared/errors'
import { Connection } from '@steward/shared/model'
import { z } from 'zod'
import type { DeviceSecret } from '../drivers/index.ts'

export type ProbeTarget = {
  /** as it may be shown: without secrets */
  shown: string
  host: string
  connection: Connection
  secret: DeviceSecret
}

const forms = [
  'snmp://COMMUNITY@HOST:PORT',
  'snmpv1://COMMUNITY@HOST:PORT',
  'snmpv3://USER@HOST:PORT?auth=sha:PASSPHRASE&priv=aes:PASSPHRASE&context=NAME',
  'modbus://HOST:PORT/UNIT, modbus://HOST:PORT/UNIT?transport=rtu-over-tcp',
  'onvif://USER:PASSWORD@HOST:PORT',
  'http://HOST:PORT/PATH, https://…',
  'bacnet://HOST:PORT',
  'rtsp://USER:PASSWORD@HOST:PORT/PATH',
  'tls://HOST:PORT',
  'ntp://HOST:PORT',
  'dns://SERVER:PORT/NAME?type=AAAA&expect=ADDRESS',
  'icmp://HOST',
  'mqtt://USER:PASSWORD@HOST:PORT/TOPIC/FILTER, mqtts://…',
  'tcp://HOST:PORT',
] as const
export const targetForms: readonly string[] = forms

const schemes = [
  'snmp',
  'snmpv1',
  'snmpv3',
  'modbus',
  'onvif',
  'http',
  'https',
  'tcp',
  'bacnet',
  'rtsp',
  'tls',
  'ntp',
  'dns',
  'icmp',
  'mqtt',
  'mqtts',
] as const
type Scheme = (typeof schemes)[number]

/** Throws StewardError `input/invalid`; its message never repeats what was typed, since that may hold a password. */
export function parseTarget(text: string): ProbeTarget {
  const scheme = schemes.find((it) => text.startsWith(`${it}://`))
  // URL treats http specially and would drop its usual port; the scheme is put back afterwards.
  const rest = scheme === undefined ? '' : `probe://${text.slice(scheme.length + 3)}`
  if (scheme === undefined || !URL.canParse(rest)) throw invalid(`The target is none of: ${forms.join(', ')}.`)
  const url = new URL(rest)
  const host = bare(url)
  if (host === '') throw invalid('The target names no host.')
  const connection = Connection.safeParse(connectionOf(scheme, url))
  if (!connection.success) {
    const [issue] = connection.error.issues
    throw invalid(`The target's ${issue?.path.join('.') || 'address'} is wrong: ${issue?.message ?? ''}.`)
  }
  const port = connection.data.port
  const shownHost = isIP(host) === 6 ? `[${host}]` : host
  return {
    shown: `${scheme}://${shownHost}:${port}${placeIn(connection.data)}`,
    host,
    connection: connection.data,
    secret: secretOf(scheme, url),
  }
}

function nameAsked({ pathname, searchParams }: URL): object {
  const expect = searchParams.get('expect')
  const type = searchParams.get('type')
  const name = pathname.replace(/^\//, '')
  return { name, ...(type === null ? {} : { type: type.toUpperCase() }), ...(expect === null ? {} : { expect }) }
}

/** Left out: everything that is published. `#` is no fragment here; `version=5` behind a question mark. */
function filterIn({ href }: URL): object {
  const [filter = '', query = ''] = href.replace(/^[a-z]+:\/\/[^/]*\/?/, '').split('?')
  const version = new URLSearchParams(query).get('version')
  return { topics: [filter === '' ? '#' : decoded(filter)], ...(version === null ? {} : { version }) }
}

/** What is asked for at the port, as far as it is named in a target. */
function placeIn(connection: Connection): string {
  switch (connection.driver) {
    case 'modbus':
      return `/${connection.unit}`
    case 'dns':
      return `/${connection.name}?type=${connection.type}`
    case 'http':
    case 'rtsp':
      return connection.path
    case 'mqtt':
      return `/${connection.topics.join('')}`
    default:
      return ''
  }
}

/** The host without the brackets of an IPv6 address. */
function bare({ hostname }: URL): string {
  return hostname.replace(/^\[|\]$/g, '')
}

function connectionOf(scheme: Scheme, url: URL): unknown {
  const port = url.port === '' ? {} : { port: Number(url.port) }
  const path = url.pathname === '' ? '/' : `${url.pathname}${url.search}`
  switch (scheme) {
    case 'snmp':
      return { driver: 'snmp', version: 'v2c', ...port }
    case 'snmpv1':
      return { driver: 'snmp', version: 'v1', ...port }
    case 'snmpv3': {
      const auth = algorithm(url, 'auth')
      const priv = algorithm(url, 'priv')
      return {
        driver: 'snmp',
        version: 'v3',
        ...port,
        user: decoded(url.username),
        context: url.searchParams.get('context') ?? '',
        ...(auth === null ? {} : { authProtocol: auth }),
        ...(priv === null ? {} : { privProtocol: priv }),
      }
    }
    case 'modbus': {
      const unit = url.pathname.replace(/^\//, '')
      const transport = url.searchParams.get('transport')
      return {
        driver: 'modbus',
        ...port,
        ...(unit === '' ? {} : { unit: Number(unit) }),
        ...(transport === null ? {} : { transport }),
      }
    }
    case 'onvif':
      return { driver: 'onvif', ...port, ...(path === '/' ? {} : { path }) }
    case 'bacnet':
      return { driver: 'bacnet', ...port }
    case 'rtsp':
      return { driver: 'rtsp', ...port, path }
    case 'tls':
      return { driver: 'tls', ...port, ...(isIP(bare(url)) === 0 ? { serverName: bare(url) } : {}) }
    case 'ntp':
      return { driver: 'ntp', ...port }
    case 'dns':
      return { driver: 'dns', ...port, ...nameAsked(url) }
    case 'icmp':
      return { driver: 'icmp', ...port }
    case 'mqtt':
    case 'mqtts':
      return {
        driver: 'mqtt',
        tls: scheme === 'mqtts',
        port: scheme === 'mqtts' ? 8883 : 1883,
        ...port,
        ...filterIn(url),
      }
    case 'tcp':
      return { driver: 'tcp', ...port }
    default:
      return { driver: 'http', tls: scheme === 'https', port: scheme === 'https' ? 443 : 80, ...port, path }
  }
}

/** `sha:PASSPHRASE`: the part before the first colon. `aes192` and `aes256` mean Blumenthal's key extension, as most devices have. */
function algorithm(url: URL, name: string): string | null {
  const text = url.searchParams.get(name)
  if (text === null) return null
  const word = (text.split(':')[0] ?? '')
    .toLowerCase()
    .replace(/^sha-?/, 'sha')
    .replace(/^aes-?128$/, 'aes')
  return word.replace(/^sha1$/, 'sha').replace(/^aes-?(192|256)$/, 'aes$1b')
}

function secretOf(scheme: Scheme, url: URL): DeviceSecret {
  const user = decoded(url.username)
  const password = decoded(url.password)
  if (scheme === 'snmp' || scheme === 'snmpv1') return user === '' ? {} : { community: user }
  if (scheme === 'snmpv3') {
    const auth = passphrase(url, 'auth')
    const priv = passphrase(url, 'priv')
    return { user, ...(auth === '' ? {} : { authPassphrase: auth }), ...(priv === '' ? {} : { privPassphrase: priv }) }
  }
  return { ...(user === '' ? {} : { user }), ...(password === '' ? {} : { password }) }
}

function passphrase(url: URL, name: string): string {
  const text = url.searchParams.get(name) ?? ''
  const colon = text.indexOf(':')
  return colon < 0 ? '' : text.slice(colon + 1)
}

/** A literal address, or what the name stands for now. Throws StewardError `driver/unreachable`. */
export async function addressOf(host: string): Promise<string> {
  if (isIP(host) !== 0) return host
  try {
    return (await lookup(host)).address
  } catch {
    throw new StewardError('driver/unreachable', `The name ${host} is not known; give an address.`)
  }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    throw invalid('A "%" in the target must be written as %25.')
  }
}

function invalid(message: string): StewardError {
  return new StewardError('input/invalid', message)
}

/** The fields of `--credentials`, by name. */
export const CredentialsFile = z.strictObject({
  community: z.string().optional(),
  user: z.string().optional(),
  password: z.string().optional(),
  authPassphrase: z.string().optional(),
  privPassphrase: z.string().optional(),
})
