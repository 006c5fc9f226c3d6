/** The device profiles of a folder, for every protocol that has some. */
import { type HttpProfile, loadHttpProfiles } from './http/index.ts'
import { loadModbusProfiles, type ModbusProfiles } from './modbus/index.ts'
import { loadProfiles, type Profile } from './snmp/index.ts'

export type DeviceProfiles = { snmp: readonly Profile[]; http: readonly HttpProfile[]; modbus: ModbusProfiles }

/** One that is wrong loses itself and is named in `problems`. */
export function loadDeviceProfiles(folder: string): {
  profiles: DeviceProfiles
  problems: { file: string; message: string }[]
} {
  const [snmp, http, modbus] = [loadProfiles(folder), loadHttpProfiles(folder), loadModbusProfiles(folder)]
  return {
    profiles: { snmp: snmp.profiles, http: http.profiles, modbus: modbus.profiles },
    problems: [...snmp.problems, ...http.problems, ...modbus.problems],
  }
}
