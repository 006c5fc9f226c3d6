import { z } from 'zod'

const ListenPort = z.int().min(1024).max(65_535)

/**
 * What the agent listens to on its LAN, all of it off by default. The ports are unprivileged ones, so that the agent needs no
 * further right; a device that can only send to 162 or 514 is served by a redirection at the machine.
 */
export const Listeners = z.object({
  /** SNMP notifications over UDP (RFC 3416 §4.2.6 and §4.2.7, RFC 1157 §4.1.6). */
  trap: z.object({ port: ListenPort.default(10_162) }).optional(),
  /** Syslog (RFC 5424, RFC 3164) over UDP (RFC 5426), TCP (RFC 6587) and TLS (RFC 5425); null: not over this one. */
  syslog: z
    .object({
      udpPort: ListenPort.nullable().default(10_514),
      tcpPort: ListenPort.nullable().default(null),
      tlsPort: ListenPort.nullable().default(null),
    })
    .optional(),
})
export type Listeners = z.infer<typeof Listeners>

/** How a device's own message came. */
export const MessageProtocol = z.enum(['trap', 'inform', 'syslog'])
export type MessageProtocol = z.infer<typeof MessageProtocol>

/**
 * What a device said by itself, control characters taken out. `name`: the notification's name or OID, or the program of a
 * syslog line. `urgency`: the number that syslog calls severity (RFC 5424 §6.2.1), 0 emergency … 7 debug; null for
 * SNMP, which has none. `fields`: variables by name, or structured data as `id.param`. `count`: how many of the same kind
 * came since the last one that was told.
 */
export const DeviceMessage = z.object({
  protocol: MessageProtocol,
  name: z.string().max(200),
  urgency: z.int().min(0).max(7).nullable(),
  text: z.string().max(1000),
  fields: z.record(z.string().max(120), z.string().max(500)),
  count: z.int().min(1),
})
export type DeviceMessage = z.infer<typeof DeviceMessage>
