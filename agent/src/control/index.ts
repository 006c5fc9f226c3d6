/** The running agent's door for commands on this machine: what it does now, and that something was changed on the disk. */
export { askAgent, isAgentRunning, tellAgent } from './client.ts'
export { type Changed, LocalStatus } from './messages.ts'
export { startControl } from './server.ts'
