/** Remote support: tunnels from an engineer's machine through the hub and an agent to a port of a device. */
export { type LocalPort, listenLocally } from './client/local-port.ts'
export { type HubAddress, openTunnel, type Tunnel } from './client/tunnel-client.ts'
