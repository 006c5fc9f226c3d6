import {
  appendFileSync,
  chownSync,
  closeSync,
  existsSync,
  openSync,
  readdirSync,
  readSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import type { AgentRecord, AgentRecordOf } from '@steward/shared/wire'
import { AgentRecord as AgentRecordSchema } from '@steward/shared/wire'
import type { Log } from '../polling/contract.ts'
import { readPrivateFile } from '../vault/index.ts'

/** Who did what at this agent, when (epoch milliseconds). Never a secret. */
export type AuditEntry = Omit<AgentRecordOf<'audit'>, 'type'>

const fileOf = (dataDir: string) => join(dataDir, 'audit.log')
const sentFileOf = (dataDir: string) => join(dataDir, 'audit.sent')

/** Adds a line to the log. Commands and the running agent write to the same file; a line is written at once or not at all. */
export function appendAudit(dataDir: string, entry: AuditEntry): void {
  const path = fileOf(dataDir)
  const isNew = !existsSync(path)
  appendFileSync(path, `${JSON.stringify({ type: 'audit', ...entry })}\n`, { mode: 0o600 })
  if (!isNew || process.getuid?.() !== 0) return
  const { uid, gid } = statSync(dirname(path))
  chownSync(path, uid, gid)
}

const rotateAtBytes = 10 * 1024 * 1024
const keepFiles = 10

export type AuditFollower = {
  /** Sends the lines that were not sent yet. */
  forward(): void
}

/** Carries the lines of the log to the hub, those of commands that ran while the agent was off too. Twice at worst. */
export function followAudit(options: {
  dataDir: string
  record(records: readonly AgentRecord[]): void
  log: Log
}): AuditFollower {
  const { dataDir, record, log } = options
  let offset = offsetOf(dataDir)
  const remember = (bytes: number) => {
    offset = bytes
    // Not waited for: after a loss of power some lines are sent again, which is better than to hold up the agent.
    writeFileSync(`${sentFileOf(dataDir)}.tmp`, String(bytes), { mode: 0o600 })
    renameSync(`${sentFileOf(dataDir)}.tmp`, sentFileOf(dataDir))
  }
  const forward = () => {
    const path = fileOf(dataDir)
    if (!existsSync(path)) return
    if (statSync(path).size < offset) offset = 0
    for (;;) {
      const { records, bytes } = nextLines(path, offset)
      if (bytes === 0) break
      record(records)
      remember(offset + bytes)
    }
    if (offset < rotateAtBytes) return
    renameSync(path, join(dataDir, `audit-${new Date().toISOString().replaceAll(':', '')}.log`))
    remember(0)
    const old = readdirSync(dataDir)
      .filter((it) => /^audit-.*\.log$/.test(it))
      .sort()
    for (const name of old.slice(0, -keepFiles)) rmSync(join(dataDir, name))
  }
  return {
    forward() {
      try {
        forward()
      } catch (error) {
        log.error(
          { err: error, code: 'system/data-folder' },
          'The audit log cannot be read or written; check the data folder.',
        )
      }
    },
  }
}

/** How far the log was sent; where that was lost, all that stands there now counts as sent. */
function offsetOf(dataDir: string): number {
  const text = readPrivateFile(sentFileOf(dataDir))
  if (text === null) return 0
  if (/^\d+$/.test(text)) return Number(text)
  return existsSync(fileOf(dataDir)) ? statSync(fileOf(dataDir)).size : 0
}

const stepBytes = 64 * 1024

/** Whole lines from `offset` on, at most a step of them; one that is no record is passed over. */
function nextLines(path: string, offset: number): { records: AgentRecord[]; bytes: number } {
  const file = openSync(path, 'r')
  try {
    const buffer = Buffer.alloc(stepBytes)
    const read = readSync(file, buffer, 0, stepBytes, offset)
    const end = buffer.subarray(0, read).lastIndexOf(10) + 1
    const lines = buffer
      .subarray(0, end)
      .toString('utf8')
      .split('\n')
      .filter((it) => it !== '')
    const records = lines.flatMap((line) => {
      const parsed = AgentRecordSchema.safeParse(jsonOf(line))
      return parsed.success && parsed.data.type === 'audit' ? [parsed.data] : []
    })
    // A line without end that fills a whole step is damage: it is passed over.
    return { records, bytes: end === 0 && read === stepBytes ? stepBytes : end }
  } finally {
    closeSync(file)
  }
}

function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line)
  } catch {
    return null
  }
}
