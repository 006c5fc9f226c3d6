/** What editors complete and check SNMP profiles by: JSON Schema of what may be written, before defaults are filled in. */
import { z } from 'zod'
import { ProfileFile } from './schema.ts'

export function snmpProfileJsonSchema(): object {
  const { $schema, ...rest } = z.toJSONSchema(ProfileFile, { io: 'input' })
  return { $schema, title: 'SNMP device profile', ...rest }
}
