/** The simulated building: real protocols on real sockets, for tests and for the demo. */

export { type BacnetManner, type BacnetObject, bacnet, startBacnetDevice } from './bacnet-device.ts'
export {
  applyDocument,
  describeBuilding,
  type Layout,
  ports,
  type Secret,
  type SimulatedDevice,
  siteId,
} from './building.ts'
export { type CameraModel, newEvents, pictureFaults, startCamera } from './camera/index.ts'
export { type DahuaState, dahuaPage } from './dahua.ts'
export { startDnsServer } from './dns-server.ts'
export { startDoorController } from './door.ts'
export { type BreakMode, createGate, type Gate, type GateControl, modes, openGate } from './gate.ts'
export {
  accessPage,
  type DoorState,
  type Page,
  type RecorderState,
  recorderPage,
  startWebDevice,
} from './isapi.ts'
export { floatWords, longWords, type Registers, startModbusDevice } from './modbus.ts'
export { startMqttBroker } from './mqtt-broker.ts'
export { startNtpServer } from './ntp-server.ts'
export type { Mib } from './snmp/mib.ts'
export { macBytes, type SwitchModel, switchMib } from './snmp/switch.ts'
export { type SnmpCredentials, startSnmpTarget } from './snmp/target.ts'
export { upsMib } from './snmp/ups.ts'
export { type Building, hasManyAddresses, startBuilding } from './start-building.ts'
export { startTlsServer } from './tls-server.ts'
