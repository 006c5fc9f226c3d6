/** Modbus units, by the identification that reads nothing of the plant. */
import { kindByWords } from '@steward/shared/discovery'
import { recogniseModbus } from '../../drivers/index.ts'
import type { Question } from '../contract.ts'
import { said } from '../said.ts'

export function askModbus(address: string, port: number): Question {
  return {
    packets: 5,
    async ask(limits) {
      const found = await recogniseModbus({ address, port }, limits)
      if (found === null) return null
      const { unit, identity } = found
      const who = [identity.vendor, identity.model].filter((it) => it !== undefined).join(' ')
      return {
        by: 'modbus',
        text: said.modbus(port, unit, who),
        kind: kindByWords(who) ?? 'controller',
        identity,
        connection: { driver: 'modbus', port, unit, registers: [] },
      }
    },
  }
}
