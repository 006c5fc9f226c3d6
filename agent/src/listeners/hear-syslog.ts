import type { DeviceMessage } from '@steward/shared/model'
import { parseSyslog } from './syslog/parse-syslog.ts'
import { textOfBytes } from './syslog/text-of-bytes.ts'

/** A syslog message as the hub gets it; null for one without any words. */
export function hearSyslog(bytes: Buffer): DeviceMessage | null {
  const { urgency, name, text, fields } = parseSyslog(textOfBytes(bytes))
  if (name === '' && text === '') return null
  return { protocol: 'syslog', urgency, name, text, fields, count: 1 }
}
