/** Objects of standard and common MIBs that say where a device is, whose it is and which one it is. */

/** Names, places, people: the whole text is exchanged. */
export const privateTexts = [
  '1.3.6.1.2.1.1.4',
  '1.3.6.1.2.1.1.5',
  '1.3.6.1.2.1.1.6',
  // ifAlias; entPhysicalSerialNum, entPhysicalAlias, entPhysicalAssetID, entPhysicalUris
  '1.3.6.1.2.1.31.1.1.1.18',
  '1.3.6.1.2.1.47.1.1.1.1.11',
  '1.3.6.1.2.1.47.1.1.1.1.14',
  '1.3.6.1.2.1.47.1.1.1.1.15',
  '1.3.6.1.2.1.47.1.1.1.1.18',
  // prtGeneralSerialNumber, prtGeneralCurrentOperator, prtGeneralServicePerson
  '1.3.6.1.2.1.43.5.1.1.4',
  '1.3.6.1.2.1.43.5.1.1.5',
  '1.3.6.1.2.1.43.5.1.1.17',
  // upsIdentName, upsIdentAttachedDevices
  '1.3.6.1.2.1.33.1.1.5.0',
  '1.3.6.1.2.1.33.1.1.6.0',
  // lldpLocSysName, lldpRemSysName; cdpCacheDeviceId, cdpCacheSysName; names of VLANs
  '1.0.8802.1.1.2.1.3.3',
  '1.0.8802.1.1.2.1.4.1.1.9',
  '1.3.6.1.4.1.9.9.23.1.2.1.1.6',
  '1.3.6.1.4.1.9.9.23.1.2.1.1.17',
  '1.3.6.1.2.1.17.7.1.4.3.1.1',
] as const

/** Columns that hold MAC addresses as bytes; what they hold is then found wherever it stands. */
export const macColumns = [
  '1.3.6.1.2.1.2.2.1.6',
  '1.3.6.1.2.1.3.1.1.2',
  '1.3.6.1.2.1.4.22.1.2',
  '1.3.6.1.2.1.4.35.1.4',
  '1.3.6.1.2.1.17.1.1',
  '1.3.6.1.2.1.17.4.3.1.1',
  '1.0.8802.1.1.2.1.3.2',
  '1.0.8802.1.1.2.1.4.1.1.5',
  '1.0.8802.1.1.2.1.4.1.1.7',
] as const

/** Tables whose index ends in a MAC address: forwarding tables of BRIDGE-MIB and Q-BRIDGE-MIB. */
export const macIndexed = ['1.3.6.1.2.1.17.4.3.1', '1.3.6.1.2.1.17.7.1.2.2.1', '1.3.6.1.2.1.17.7.1.3.1.1'] as const

/** Tables whose index ends in an IPv4 address. */
export const ipIndexed = [
  '1.3.6.1.2.1.4.20.1',
  '1.3.6.1.2.1.4.21.1',
  '1.3.6.1.2.1.4.22.1',
  '1.3.6.1.2.1.3.1.1',
] as const
