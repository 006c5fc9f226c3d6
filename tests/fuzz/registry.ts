/** All that is fuzzed, one line each: whatever takes bytes from a stranger. */
import type { Decoder } from './decoder.ts'

const decoders: Readonly<Record<string, () => Promise<Decoder>>> = {
  snmp: async () => (await import('./decoders/snmp.ts')).snmpCommunity,
  'snmp-v3': async () => (await import('./decoders/snmp.ts')).snmpUsm,
  modbus: async () => (await import('./decoders/modbus.ts')).modbusTcp,
  bacnet: async () => (await import('./decoders/bacnet.ts')).bacnetIp,
  soap: async () => (await import('./decoders/onvif.ts')).soap,
  rtsp: async () => (await import('./decoders/rtsp.ts')).rtsp,
  http: async () => (await import('./decoders/http.ts')).http,
  'http-challenge': async () => (await import('./decoders/http-values.ts')).challenge,
  documents: async () => (await import('./decoders/documents.ts')).documents,
  dns: async () => (await import('./decoders/dns.ts')).dns,
  tls: async () => (await import('./decoders/tls.ts')).tls,
  ntp: async () => (await import('./decoders/ntp.ts')).ntp,
  mdns: async () => (await import('./decoders/groups.ts')).mdns,
  ssdp: async () => (await import('./decoders/groups.ts')).ssdp,
  syslog: async () => (await import('./decoders/messages.ts')).syslog,
  trap: async () => (await import('./decoders/messages.ts')).trap,
  batch: async () => (await import('./decoders/batch.ts')).ourBatch,
}

export const decoderNames: readonly string[] = Object.keys(decoders)

export function decoderNamed(name: string): Promise<Decoder> {
  const load = decoders[name]
  if (load !== undefined) return load()
  throw new Error(`No decoder is called ${name}; there are: ${decoderNames.join(', ')}.`)
}
