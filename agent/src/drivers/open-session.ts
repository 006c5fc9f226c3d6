import type { Connection } from '@steward/shared/model'
import type { DriverSession, Target } from './contract.ts'
import type { Drivers } from './registry.ts'

/** Opens the session of the driver that the connection names; no I/O. */
export function openSession(drivers: Drivers, target: Target): DriverSession {
  const { connection } = target
  switch (connection.driver) {
    case 'snmp':
      return drivers.snmp.open({ ...target, connection })
    case 'modbus':
      return drivers.modbus.open({ ...target, connection })
    case 'onvif':
      return drivers.onvif.open({ ...target, connection })
    case 'tcp':
      return drivers.tcp.open({ ...target, connection })
    case 'http':
      return drivers.http.open({ ...target, connection })
    case 'bacnet':
      return drivers.bacnet.open({ ...target, connection })
    case 'rtsp':
      return drivers.rtsp.open({ ...target, connection })
    case 'tls':
      return drivers.tls.open({ ...target, connection })
    case 'ntp':
      return drivers.ntp.open({ ...target, connection })
    case 'dns':
      return drivers.dns.open({ ...target, connection })
    case 'icmp':
      return drivers.icmp.open({ ...target, connection })
    case 'mqtt':
      return drivers.mqtt.open({ ...target, connection })
  }
}

/** Whether the device cannot be read over this connection without a secret. */
export function needsSecret(drivers: Drivers, connection: Connection): boolean {
  switch (connection.driver) {
    case 'snmp':
      return drivers.snmp.needsSecret(connection)
    case 'modbus':
      return drivers.modbus.needsSecret(connection)
    case 'onvif':
      return drivers.onvif.needsSecret(connection)
    case 'tcp':
      return drivers.tcp.needsSecret(connection)
    case 'http':
      return drivers.http.needsSecret(connection)
    case 'bacnet':
      return drivers.bacnet.needsSecret(connection)
    case 'rtsp':
      return drivers.rtsp.needsSecret(connection)
    case 'tls':
      return drivers.tls.needsSecret(connection)
    case 'ntp':
      return drivers.ntp.needsSecret(connection)
    case 'dns':
      return drivers.dns.needsSecret(connection)
    case 'icmp':
      return drivers.icmp.needsSecret(connection)
    case 'mqtt':
      return drivers.mqtt.needsSecret(connection)
  }
}
