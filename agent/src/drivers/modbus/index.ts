/** Modbus over TCP and serial lines: registers of one unit, several units behind one gateway sharing its one connection. */
import type { Driver } from '../contract.ts'
import { createEndpoint, type Endpoint } from './endpoint.ts'
import { lineName, lineOf } from './line.ts'
import { type ModbusProfiles, noModbusProfiles } from './profiles/load.ts'
import { openModbusSession } from './session.ts'

export { modbusProfileJsonSchema } from './profiles/json-schema.ts'
export { loadModbusProfiles, type ModbusProfiles } from './profiles/load.ts'

export function createModbusDriver(profiles: ModbusProfiles = noModbusProfiles): Driver<'modbus'> {
  const endpoints = new Map<string, { endpoint: Endpoint; sessions: number }>()

  const release = (key: string): void => {
    const shared = endpoints.get(key)
    if (shared === undefined) return
    shared.sessions -= 1
    if (shared.sessions > 0) return
    shared.endpoint.close()
    endpoints.delete(key)
  }

  return {
    name: 'modbus',
    needsSecret: () => false,
    open(target) {
      const key = lineName(target.address, target.connection)
      const shared = endpoints.get(key) ?? {
        endpoint: createEndpoint(lineOf(target.address, target.connection)),
        sessions: 0,
      }
      shared.sessions += 1
      endpoints.set(key, shared)
      let isOpen = true
      return openModbusSession(shared.endpoint, target, profiles, () => {
        if (isOpen) release(key)
        isOpen = false
      })
    },
    close() {
      for (const { endpoint } of endpoints.values()) endpoint.close()
      endpoints.clear()
    },
  }
}
