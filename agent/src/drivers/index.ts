/** How the agent talks to devices: one folder per protocol behind one contract. */
export {
  type CheckOutcome,
  DeviceSecret,
  type DriverSession,
  type Findings,
  type LearnedPoint,
  type Limits,
  type Neighbour,
  type PortSummary,
  type Reading,
  type Target,
} from './contract.ts'
export { type DeviceProfiles, loadDeviceProfiles } from './device-profiles.ts'
export { httpProfileJsonSchema, loadHttpProfiles } from './http/index.ts'
export { recogniseHttp, type WebServer } from './http/recognise.ts'
export { recogniseUpnp } from './http/upnp.ts'
export { loadModbusProfiles, modbusProfileJsonSchema } from './modbus/index.ts'
export { recogniseModbus } from './modbus/recognise.ts'
export { recogniseOnvif } from './onvif/recognise.ts'
export { makeProbe, readProbeMatch, wsDiscovery } from './onvif/ws-discovery.ts'
export { needsSecret, openSession } from './open-session.ts'
export { createDrivers, type Drivers } from './registry.ts'
export {
  BerError,
  createNotificationReader,
  type LoadedProfiles,
  loadProfiles,
  type NotificationReader,
  type OwnEngine,
  type Profile,
  recordSnmp,
  type SnmpRecording,
  snmpProfileJsonSchema,
  snmpTargetsOf,
  told,
  writeProfileHeads,
} from './snmp/index.ts'
export { createSnmpRecogniser, type SnmpRecogniser } from './snmp/recognise.ts'
export { isPortOpen } from './tcp/knock.ts'
