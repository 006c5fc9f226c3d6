/** The one connection to the hub: enrolment, proof of identity, batches up, commands down, kept alive for ever. */
export { type EnrolOptions, enrol } from './enrol.ts'
export type { ConnectRequest, LinkHost } from './link-host.ts'
export { type ProxySettings, proxyFor } from './proxy.ts'
export { startUplink, type Uplink, type UplinkOptions, type UplinkState } from './supervisor.ts'
