/** What several commands take, checked as it is typed. */
import { isIP } from 'node:net'
import { InvalidArgumentError } from 'commander'

export function portOf(text: string): number {
  const port = Number(text)
  if (!/^\d{1,5}$/.test(text) || port < 1 || port > 65_535)
    throw new InvalidArgumentError('A port is a number from 1 to 65535.')
  return port
}

/** A host name (RFC 1123) or an address: nothing that a shell, a unit file or a certificate would read as more. */
export function hostName(text: string): string {
  const name = /^(?=.{1,253}$)[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*$/i
  if (isIP(text) === 0 && !name.test(text)) throw new InvalidArgumentError('Write a host name or an address.')
  return text.toLowerCase()
}

/** Adds one more of a repeatable name. */
export function collect(text: string, before: string[]): string[] {
  return [...before, hostName(text)]
}

/** The data folder where none is named: that of the service where its launcher says so. */
export const hubDataFolder = process.env.STEWARD_HUB_DATA ?? '.data/hub'
