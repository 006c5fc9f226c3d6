import { closeSync, existsSync, fsyncSync, openSync, rmSync, statfsSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'

const reserveBytes = 4 * 1024 * 1024
/** It is taken again when the disk has this much to spare. */
const plentyBytes = 16 * reserveBytes
const lookEveryMs = 60_000

export type Reserve = {
  /** Gives its room to whoever needs it now. */
  release(): void
  /** Holds room free where it does not and there is plenty; looks at most once a minute. */
  restore(): void
}

/** A file of nothing beside the outbox: on a full disk it makes room for faults. */
export function openReserve(outboxFile: string): Reserve {
  const path = `${outboxFile}.reserve`
  let lookedAtMs = Number.NEGATIVE_INFINITY
  return {
    release() {
      rmSync(path, { force: true })
      lookedAtMs = performance.now()
    },
    restore() {
      if (performance.now() - lookedAtMs < lookEveryMs) return
      lookedAtMs = performance.now()
      if (existsSync(path)) return
      const { bavail, bsize } = statfsSync(dirname(path))
      if (bavail * bsize < plentyBytes) return
      const file = openSync(path, 'w', 0o600)
      try {
        writeSync(file, Buffer.alloc(reserveBytes))
        fsyncSync(file)
      } finally {
        closeSync(file)
      }
    },
  }
}
