import { resolve } from 'node:path'
import { Cidr, IpAddress, Port, Slug } from '@steward/shared/model'
import { InvalidArgumentError, Option } from 'commander'
import type { Environment } from '../main.ts'

/** `--data DIR`, relative to where the person stands. */
export function dataOption({ cwd, dataDir }: Environment): Option {
  return new Option('--data <dir>', 'the agent’s data folder').argParser((it) => resolve(cwd, it)).default(dataDir)
}

export function deviceName(text: string): string {
  const name = Slug.safeParse(text)
  if (name.success) return name.data
  throw new InvalidArgumentError('A device is named as the hub names it, for example cam-07.')
}

export function portNumber(text: string): number {
  const port = Port.safeParse(/^\d+$/.test(text) ? Number(text) : Number.NaN)
  if (port.success) return port.data
  throw new InvalidArgumentError('A port is a number from 1 to 65535.')
}

export function ipAddress(text: string): string {
  const address = IpAddress.safeParse(text)
  if (address.success) return address.data
  throw new InvalidArgumentError('Write a literal address, for example 192.168.1.7.')
}

/** Gathers networks; one address stands for itself alone. */
export function network(text: string, before: string[] = []): string[] {
  const bits = IpAddress.safeParse(text).success ? (text.includes(':') ? '/128' : '/32') : ''
  const cidr = Cidr.safeParse(`${text}${bits}`)
  if (cidr.success) return [...before, cidr.data]
  throw new InvalidArgumentError('Write a network as 192.168.1.0/24.')
}
