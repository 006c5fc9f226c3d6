import type { ServerHttp2Stream } from 'node:http2'
import type { AgentStatus, CheckResult, ConfigReceipt, GrantList } from '@steward/shared/wire'
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
  /** Answers the stream itself: 200 and then bytes, or throws before anything was sent. */
  connect(request: ConnectRequest, stream: ServerHttp2Stream): Promise<void>
}
