/** What tests need beyond npm: programs from Debian's packages, and the recordings that stand beside the checkout. */
import { accessSync, constants, existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'

/** Program → the Debian package that brings it. */
export const debianPackages = {
  chromium: 'chromium',
  curl: 'curl',
  fping: 'fping',
  ip: 'iproute2',
  mosquitto: 'mosquitto',
  openssl: 'openssl',
  snmpd: 'snmpd',
  snmpget: 'snmp',
  snmpsimd: 'snmpsim',
  socat: 'socat',
  'systemd-analyze': 'systemd',
} as const
export type Program = keyof typeof debianPackages

/** Fonts are no program, but without them Chinese pages are boxes. */
export const debianFonts = { path: '/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc', package: 'fonts-noto-cjk' }

const extraFolders = ['/usr/sbin', '/usr/local/sbin', '/sbin']

/** Full path of a program on this machine, or null. Debian keeps servers in sbin, which a user's PATH leaves out. */
export function findProgram(program: Program): string | null {
  const folders = [...(process.env.PATH ?? '').split(delimiter), ...extraFolders]
  for (const folder of folders) {
    const path = join(folder, program)
    try {
      accessSync(path, constants.X_OK)
      return path
    } catch {
      // not in this folder
    }
  }
  return null
}

const shared = join(import.meta.dirname, '..', '..', 'shared')

/** Folder of recorded devices (`snmp`, `onvif`, `modbus`, `bacnet`), or null where it is not beside the checkout. */
export function recordings(kind: 'snmp' | 'onvif' | 'modbus' | 'bacnet'): string | null {
  const folder = join(shared, 'recordings', kind)
  return existsSync(folder) ? folder : null
}

/** Folder of worked examples of a diagnosis, or null. */
export function scenarios(kind: 'diagnosis'): string | null {
  const folder = join(shared, 'scenarios', kind)
  return existsSync(folder) ? folder : null
}
