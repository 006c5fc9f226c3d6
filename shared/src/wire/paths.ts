/** The agent's addresses at the hub. All are under one prefix, so that a proxy in front can tell them from people's. */
export const agentPaths = {
  enrol: '/agent/v1/enrol',
  challenge: '/agent/v1/challenge',
  token: '/agent/v1/token',
  batches: '/agent/v1/batches',
  link: '/agent/v1/link',
} as const

/** The hub's addresses at the agent, inside the link (HTTP/2 with reversed roles). A tunnel is CONNECT to `address:port`. */
export const linkPaths = {
  config: '/config',
  status: '/status',
  check: '/check',
  grants: '/grants',
  discover: '/discover',
} as const

/** WebSocket sub-protocol of the link (RFC 6455 section 1.9). */
export const linkProtocol = 'steward.h2.1'

/** Headers of a CONNECT inside the link; the agent checks each against its grant and its own device list. */
export const connectHeaders = {
  device: 'steward-device',
  engineer: 'steward-engineer',
  session: 'steward-session',
  reason: 'steward-reason',
} as const

/** A batch is at most this large, unpacked and packed (bytes). */
export const batchLimits = { maxBytes: 4 * 1024 * 1024, maxPackedBytes: 1024 * 1024, maxRecords: 5000 } as const

/** Values of those headers: percent-encoded UTF-8, since a header is ASCII and people's names are not. */
export const connectHeaderValue = {
  encode: (text: string): string => encodeURIComponent(text.toWellFormed()),
  /** Null for what is not encoded rightly. */
  decode(value: string): string | null {
    try {
      return decodeURIComponent(value)
    } catch {
      return null
    }
  },
} as const
