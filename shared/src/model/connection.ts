import { z } from 'zod'
import { Port } from './names.ts'

/** As it is asked for (RFC 1035, section 2.3.4), underscores and a final dot included. */
const DomainName = z
  .string()
  .max(253)
  .regex(/^[A-Za-z0-9_-]{1,63}(?:\.[A-Za-z0-9_-]{1,63})*\.?$/, 'not a name, write for example mail.example.org')

/**
 * How the agent talks to a device: one per protocol, without any secret (those stay in the agent's vault).
 * They stand here and not in the drivers, so that the hub refuses a wrong one when it is typed, not when it is polled.
 */
export const SnmpConnection = z.object({
  driver: z.literal('snmp'),
  port: Port.default(161),
  /** v1 (RFC 1157) is for devices that know no other: no 64-bit counters, and a walk asks for one value at a time. */
  version: z.enum(['v1', 'v2c', 'v3']).default('v2c'),
  /** SNMPv3 (RFC 3414): user name and algorithms; the pass phrases are in the vault. */
  user: z.string().min(1).max(64).optional(),
  authProtocol: z.enum(['md5', 'sha', 'sha224', 'sha256', 'sha384', 'sha512']).default('sha'),
  privProtocol: z.enum(['des', 'aes', 'aes192b', 'aes192r', 'aes256b', 'aes256r']).default('aes'),
  context: z.string().max(255).default(''),
})

/**
 * One value in a Modbus unit. `address` is the protocol address, from 0. Value = raw × 10^(register `scaleRegister`) × scale + offset, in
 * `unit`. Bytes A B C D of a number, highest first: both orders big is ABCD, word order little CDAB, byte order little BADC, both DCBA.
 */
export const ModbusRegister = z.object({
  id: z.string().regex(/^[a-z0-9](?:[a-z0-9._-]{0,126}[a-z0-9])?$/),
  name: z.string().min(1).max(120),
  table: z.enum(['holding', 'input', 'coil', 'discrete']).default('holding'),
  address: z.int().min(0).max(65_535),
  /** bcd: four decimal digits a word; mod10k: words of four digits each counting 10,000 of the next (two, three or four words) */
  format: z
    .enum([
      ...(['u16', 's16', 'u32', 's32', 'u64', 's64', 'f32', 'f64', 'bit'] as const),
      ...(['bcd16', 'bcd32', 'bcd64', 'mod10k32', 'mod10k48', 'mod10k64', 'string'] as const),
    ])
    .default('u16'),
  wordOrder: z.enum(['big', 'little']).default('big'),
  byteOrder: z.enum(['big', 'little']).optional(),
  /** of a string, in registers of two characters */
  length: z.int().min(1).max(125).optional(),
  /** the bits that count, and by how many they are moved down */
  mask: z.int().min(1).max(0xffff_ffff).optional(),
  shift: z.int().min(0).max(31).optional(),
  scale: z.number().default(1),
  offset: z.number().default(0),
  /** address of a signed register in the same table that holds the power of ten */
  scaleRegister: z.int().min(0).max(65_535).optional(),
  /** raw values that mean "not there", as numbers */
  missing: z.array(z.number()).max(8).optional(),
  class: z.string().max(40).default('value'),
  unit: z.string().max(20).default(''),
  states: z.record(z.string(), z.string().max(40)).optional(),
})

/** A serial line of the agent's machine (Modbus over Serial Line V1.02, section 2.5.1: 19,200 baud, even parity). */
const SerialLine = z.object({
  path: z
    .string()
    .max(200)
    .regex(/^(?:\/dev\/[\w./-]+|COM\d{1,3})$/, 'not a serial port, write for example /dev/ttyUSB0')
    .refine((it) => !it.includes('..'), 'not a serial port, write for example /dev/ttyUSB0'),
  baud: z.int().min(300).max(1_000_000).default(19_200),
  parity: z.enum(['none', 'even', 'odd']).default('even'),
  stopBits: z.union([z.literal(1), z.literal(2)]).default(1),
})

/**
 * `transport`: left out it is Modbus TCP; `rtu-over-tcp` is a serial line behind a converter that passes its bytes on; `serial` a line of the
 * agent's own machine. `maxGap`, `maxRegisters`, `maxBits`: what one question may read that nobody wants, and in all. `profile`: the device
 * profile by which it is read; left out, one is looked for where no registers are listed; `none`: never.
 */
export const ModbusConnection = z
  .object({
    driver: z.literal('modbus'),
    port: Port.default(502),
    transport: z.enum(['tcp', 'rtu-over-tcp', 'serial']).optional(),
    serial: SerialLine.optional(),
    unit: z.int().min(0).max(255).default(1),
    registers: z.array(ModbusRegister).max(500).default([]),
    maxGap: z.int().min(0).max(124).optional(),
    maxRegisters: z.int().min(1).max(125).optional(),
    maxBits: z.int().min(1).max(2000).optional(),
    profile: z.string().min(1).max(100).optional(),
  })
  .refine((it) => it.transport !== 'serial' || it.serial !== undefined, {
    path: ['serial'],
    message: 'name the serial port, for example /dev/ttyUSB0',
  })

export const OnvifConnection = z.object({
  driver: z.literal('onvif'),
  port: Port.default(80),
  path: z
    .string()
    .regex(/^\/[\x21-\x7e]*$/)
    .max(200)
    .default('/onvif/device_service'),
  /** How often the main stream is played for some seconds to be measured; 0: never. Left out: every five minutes. */
  captureEveryMs: z.int().min(0).max(86_400_000).optional(),
  /** How often what the camera shows is judged at most; 0: never. Left out: every five minutes. */
  pictureEveryMs: z.int().min(0).max(86_400_000).optional(),
  /** Whether its messages (tampering, loss of video, storage, inputs) are asked for at each poll. Left out: yes. */
  events: z.boolean().optional(),
})

export const TcpConnection = z.object({ driver: z.literal('tcp'), port: Port })

/**
 * One value of a document. `path`: where it stands in JSON, XML (`@name` for attributes), `key=value` lines or text, such as
 * `doors[0].state` or `disks[slot=2].state`; `..hdd` is the first of that name. A number is multiplied by `scale`; `states` are
 * words for what the device writes.
 */
const DocumentValue = z.object({
  id: z.string().regex(/^[a-z0-9](?:[a-z0-9._-]{0,126}[a-z0-9])?$/),
  name: z.string().min(1).max(120),
  path: z.string().min(1).max(200),
  class: z.string().max(40).default('value'),
  unit: z.string().max(20).default(''),
  scale: z.number().optional(),
  states: z
    .record(z.string().max(60), z.string().min(1).max(40))
    .refine((it) => Object.keys(it).length <= 50, 'at most 50 words')
    .optional(),
})

/**
 * A web server. `expect`: what its answer should be. `profile`: the device profile by which it is read; left out, one is looked for where
 * path and values are the usual ones; `none`: never.
 */
export const HttpConnection = z.object({
  driver: z.literal('http'),
  port: Port.default(80),
  tls: z.boolean().default(false),
  path: z
    .string()
    .regex(/^\/[\x21-\x7e]*$/)
    .max(200)
    .default('/'),
  values: z.array(DocumentValue).max(200).default([]),
  expect: z
    .object({
      status: z.array(z.int().min(100).max(599)).min(1).max(20).optional(),
      text: z.string().min(1).max(200).optional(),
    })
    .optional(),
  profile: z.string().min(1).max(100).optional(),
})

/** BACnet/IP (ASHRAE 135, annex J). `instance`: the device's own number; asked for where it is left out. */
export const BacnetConnection = z.object({
  driver: z.literal('bacnet'),
  port: Port.default(47_808),
  instance: z.int().min(0).max(4_194_302).optional(),
})

/**
 * One video stream (RFC 2326), played for `captureMs` at each poll. `expect`: how it should be; what is not stated is not compared.
 */
export const RtspConnection = z.object({
  driver: z.literal('rtsp'),
  port: Port.default(554),
  path: z
    .string()
    .regex(/^\/[\x21-\x7e]*$/)
    .max(300)
    .default('/'),
  captureMs: z.int().min(500).max(10_000).default(3000),
  expect: z
    .object({ fps: z.number().gt(0).max(1000).optional(), codec: z.enum(['H264', 'H265', 'JPEG']).optional() })
    .optional(),
})

/**
 * A server that speaks TLS at once (RFC 8446). `serverName`: sent in the handshake, and the name that its certificate should be for.
 */
export const TlsConnection = z.object({
  driver: z.literal('tls'),
  port: Port.default(443),
  serverName: DomainName.optional(),
})

/** A time server (RFC 5905), asked as a client asks. */
export const NtpConnection = z.object({ driver: z.literal('ntp'), port: Port.default(123) })

/** A name server (RFC 1035), asked for one name. `expect`: must be among the answers; left out, any answer will do. */
export const DnsConnection = z.object({
  driver: z.literal('dns'),
  port: Port.default(53),
  name: DomainName,
  type: z.enum(['A', 'AAAA', 'CNAME', 'MX', 'NS', 'PTR', 'SOA', 'SRV', 'TXT']).default('A'),
  expect: z.string().min(1).max(255).optional(),
})

/** Pings (RFC 792, RFC 4443). `port`: knocked at where the agent's machine cannot send them. */
export const IcmpConnection = z.object({ driver: z.literal('icmp'), port: Port.default(80) })

/** A topic as it is published to, and a filter with wildcards (MQTT 3.1.1, section 4.7). */
const Topic = z
  .string()
  .min(1)
  .max(300)
  .regex(/^[^\p{Cc}#+]+$/u, 'a topic without wildcards, such as hall/meter/power')
const TopicFilter = z
  .string()
  .min(1)
  .max(300)
  .regex(
    /^(?:#|(?:\+|[^\p{Cc}#+/]*)(?:\/(?:\+|[^\p{Cc}#+/]*))*(?:\/#)?)$/u,
    '+ stands for one level, # at the end for all below',
  )
const StaleAfter = z.int().min(1000).max(2_592_000_000)

/**
 * Topics of a broker (MQTT 3.1.1, MQTT 5), subscribed to and never published to. `values`: out of the last message of a topic; an
 * empty path is the whole of it. `topics`: whatever is published below these filters becomes points. `staleAfterMs`: a value
 * that old is none any more. `availability`: where the device, or its last will, says whether it is there; left out, the usual
 * topics are tried. `ca`, `serverName`: who must vouch for the broker, and for which name.
 */
export const MqttConnection = z.object({
  driver: z.literal('mqtt'),
  port: Port.default(1883),
  tls: z.boolean().default(false),
  version: z.enum(['3.1.1', '5']).default('3.1.1'),
  ca: z.string().min(1).max(20_000).optional(),
  serverName: DomainName.optional(),
  values: z
    .array(
      DocumentValue.extend({
        topic: Topic,
        path: z.string().max(200).default(''),
        staleAfterMs: StaleAfter.optional(),
      }),
    )
    .max(200)
    .default([]),
  topics: z.array(TopicFilter).max(20).default([]),
  availability: z
    .object({
      topic: Topic,
      online: z.string().min(1).max(60).optional(),
      offline: z.string().min(1).max(60).optional(),
    })
    .optional(),
  staleAfterMs: StaleAfter.optional(),
})

export const Connection = z.discriminatedUnion(
  'driver',
  [
    SnmpConnection,
    ModbusConnection,
    OnvifConnection,
    TcpConnection,
    HttpConnection,
    BacnetConnection,
    RtspConnection,
    TlsConnection,
    NtpConnection,
    DnsConnection,
    IcmpConnection,
    MqttConnection,
  ],
  'not a driver, write snmp, modbus, onvif, tcp, http, bacnet, rtsp, tls, ntp, dns, icmp or mqtt',
)
export type Connection = z.infer<typeof Connection>
export type DriverName = Connection['driver']
export type ConnectionOf<Name extends DriverName> = Extract<Connection, { driver: Name }>

/** Whether a device cannot be read over this connection without a secret in the agent's vault. */
export function needsSecret(connection: Connection): boolean {
  return connection.driver === 'snmp' || connection.driver === 'onvif'
}
