/** The simulated building: real protocols on real sockets, for tests and for the demo. */
export {
  applyDocument,
  describeBuilding,
  type Layout,
  ports,
  type Secret,
  type SimulatedDevice,
  siteId,
} from './building.ts'
export { type CameraModel, startCamera } from './camera/index.ts'
export { startDoorController } from './door.ts'
export { type BreakMode, createGate, type Gate, type GateControl, modes, openGate } from './gate.ts'
export { floatWords, longWords, type Registers, startModbusDevice } from './modbus.ts'
export { type Mib, type SnmpCredentials, startSnmpTarget } from './snmp.ts'
export { type Building, startBuilding } from './start-building.ts'
export { switchMib, upsMib } from './switch.ts'
