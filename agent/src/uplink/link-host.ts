import type { ServerHttp2Stream } from 'node:http2'
import type { DiscoveryRequest } from '@steward/shared/model'
import type { AgentStatus, CheckResult, ConfigReceipt, DiscoveryLine, GrantList } from '@steward/shared/wire'
import type { z } from 'zod'

/** A CONNECT of the hub, as its headers say it; nothing of it has been checked but its shape. */
export type ConnectRequest = {
  address: string
  port: number
  device: string
  engineer: string
  session: string
  reason: string
}

/** What stands behind the link: every command of the hub ends in one of these. All may throw StewardError. */
export type LinkHost = {
  applyConfig(body: unknown): Promise<ConfigReceipt>
  status(): Promise<AgentStatus>
  check(device: string): Promise<CheckResult>
  grants(): z.infer<typeof GrantList>
  /** Tells what is found as it comes; resolves at the end, or soon after the signal. Throws before anything was told. */
  discover(request: DiscoveryRequest, tell: (line: DiscoveryLine) => void, signal: AbortSignal): Promise<void>
  /** Answers the stream itself: 200 and then bytes, or throws before anything was sent. */
  connect(request: ConnectRequest, stream: ServerHttp2Stream): Promise<void>
}
