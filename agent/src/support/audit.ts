import type { AgentRecord } from '@steward/shared/wire'
import type { Log } from '../polling/contract.ts'
import { type AuditEntry, appendAudit, followAudit } from './audit-log.ts'

export type Audit = {
  note(entry: AuditEntry): void
  /** Sends what commands of this machine have written. */
  forward(): void
  close(): void
}

/** Many lines come together (a browser in a tunnel opens a dozen connections): they are sent together. */
const gatherMs = 200

/** The running agent's side of the log: writes lines and carries all lines to the hub. */
export function openAudit(options: {
  dataDir: string
  record(records: readonly AgentRecord[]): void
  log: Log
}): Audit {
  const follower = followAudit(options)
  let timer: NodeJS.Timeout | null = null
  const forward = () => {
    if (timer !== null) clearTimeout(timer)
    timer = null
    follower.forward()
  }
  forward()
  return {
    note(entry) {
      try {
        appendAudit(options.dataDir, entry)
      } catch (error) {
        options.log.error(
          { err: error, entry, code: 'system/data-folder' },
          'A line of the audit log cannot be written; check the disk.',
        )
      }
      timer ??= setTimeout(forward, gatherMs)
    },
    forward,
    close: forward,
  }
}
