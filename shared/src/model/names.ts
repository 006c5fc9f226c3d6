import { z } from 'zod'

/** A name that is typed, spoken and put into addresses: `cam-07`. Unique in its scope (a device: within its site). */
export const Slug = z
  .string()
  .regex(/^[a-z0-9](?:[a-z0-9._-]{0,61}[a-z0-9])?$/, 'lower-case letters, digits, ".", "_" and "-", at most 63')

/** What people read: one line, trimmed. */
export const Title = z
  .string()
  .trim()
  .min(1)
  .max(120)
  .regex(/^\P{Cc}*$/u, 'no control characters')

/** The same sentence for both languages. */
export const Text = z.object({ zh: z.string().max(4000), en: z.string().max(4000) })
export type Text = z.infer<typeof Text>

export const Language = z.enum(['zh-CN', 'en'])
export type Language = z.infer<typeof Language>

/** ISO 8601 instant in UTC with milliseconds, as the API writes it. */
export const Instant = z.iso.datetime({ offset: true })

/** Milliseconds since 1970-01-01T00:00Z, as the wire between agent and hub writes time. */
export const EpochMs = z.int().min(0).max(8_640_000_000_000_000)

/** IANA time zone that this runtime knows. */
export const TimeZone = z.string().max(64).refine(isTimeZone, 'not a time zone, write for example Asia/Shanghai')

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    return true
  } catch {
    return false
  }
}

/** A literal IPv4 or IPv6 address; names are not taken, since a name can be made to point elsewhere. */
export const IpAddress = z.union([z.ipv4(), z.ipv6()], 'not an address, write for example 192.168.1.7')

export const Cidr = z.union([z.cidrv4(), z.cidrv6()], 'not a network, write for example 192.168.1.0/24')

export const Port = z.int().min(1).max(65_535)
