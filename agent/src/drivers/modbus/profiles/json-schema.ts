import { z } from 'zod'
import { ModbusProfileFile } from './schema.ts'

/** The shape of `*.modbus.yaml` for editors, as JSON Schema (2020-12). */
export function modbusProfileJsonSchema(): object {
  return { title: 'Modbus device profile', ...z.toJSONSchema(ModbusProfileFile, { io: 'input' }) }
}
