/** MAC addresses of whoever was asked, as this machine's system has them: also of those that answer nothing else. */
import { readFile } from 'node:fs/promises'
import type { Finder } from '../contract.ts'
import { said } from '../said.ts'

const table = '/proc/net/arp'
/** The entry is whole (ATF_COM of if_arp.h). */
const complete = 0x2
const nobody = '00:00:00:00:00:00'

/** Only Linux has the table as a file; elsewhere nothing is found by it. */
export function createArpFinder(file = table): Finder {
  return {
    questions: () => [],
    async lookBack({ heard }) {
      const text = await readFile(file, 'utf8').catch(() => '')
      for (const { address, mac } of readArpTable(text)) {
        heard(address, { by: 'arp', text: said.mac(mac), identity: { mac } })
      }
    },
  }
}

/** `IP address  HW type  Flags  HW address  Mask  Device`, the first line names the columns. */
export function readArpTable(text: string): { address: string; mac: string }[] {
  return text
    .split('\n')
    .slice(1)
    .flatMap((line) => {
      const [address = '', , flags = '', mac = ''] = line.trim().split(/\s+/)
      const isWhole = (Number(flags) & complete) !== 0
      return isWhole && /^(?:[0-9a-f]{2}:){5}[0-9a-f]{2}$/i.test(mac) && mac !== nobody
        ? [{ address, mac: mac.toLowerCase() }]
        : []
    })
}
