/** What is known of each camera's pictures, kept over restarts: a row for each hour of the day, and one for now. */
import { rmSync } from 'node:fs'
import { DatabaseSync } from 'node:sqlite'
import { z } from 'zod'
import { freshMemory, PictureMemory } from './judge.ts'

export type PictureStore = {
  /** What cannot be read is forgotten: it is learned anew within days. */
  load(camera: string): PictureMemory
  /** Of the hours only that of `atMs` has changed. */
  save(camera: string, memory: PictureMemory, atMs: number): void
  close(): void
}

const hourMs = 3_600_000
/** Cameras that have not been seen for so long are forgotten. */
const keptMs = 90 * 24 * hourMs

const Now = PictureMemory.omit({ hours: true })
const Hour = PictureMemory.shape.hours.element
const Row = z.object({ hour: z.int(), body: z.string() })
const nowRow = -1

/** A file that is damaged is thrown away. `nowMs`: since 1970. */
export function openPictureStore(file: string, nowMs: number): PictureStore {
  const db = openOrAnew(file)
  db.prepare('DELETE FROM pictures WHERE at < ?').run(nowMs - keptMs)
  const read = db.prepare('SELECT hour, body FROM pictures WHERE camera = ?')
  const write = db.prepare('INSERT OR REPLACE INTO pictures (camera, hour, at, body) VALUES (?, ?, ?, ?)')
  return {
    load(camera) {
      const memory = freshMemory()
      for (const row of read.all(camera)) {
        const { hour, body } = Row.parse(row)
        if (hour === nowRow) Object.assign(memory, parsed(Now, body) ?? {})
        else memory.hours[hour] = parsed(Hour, body) ?? { usual: null, strange: null }
      }
      return PictureMemory.safeParse(memory).data ?? freshMemory()
    },
    save(camera, { hours, ...now }, atMs) {
      const hour = Math.floor(atMs / hourMs) % 24
      write.run(camera, nowRow, atMs, JSON.stringify(now))
      write.run(camera, hour, atMs, JSON.stringify(hours[hour]))
    },
    close: () => db.close(),
  }
}

function parsed<T>(shape: z.ZodType<T>, body: string): T | null {
  try {
    return shape.safeParse(JSON.parse(body)).data ?? null
  } catch {
    return null
  }
}

function openOrAnew(file: string): DatabaseSync {
  try {
    return open(file)
  } catch {
    for (const end of ['', '-wal', '-shm']) rmSync(`${file}${end}`, { force: true })
    return open(file)
  }
}

function open(file: string): DatabaseSync {
  const db = new DatabaseSync(file, { timeout: 2000 })
  try {
    // What a power cut takes away is seen again tomorrow.
    db.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA cache_size = -500; PRAGMA trusted_schema = OFF;
      CREATE TABLE IF NOT EXISTS pictures (camera TEXT NOT NULL, hour INTEGER NOT NULL, at INTEGER NOT NULL, body TEXT NOT NULL,
        PRIMARY KEY (camera, hour)) STRICT, WITHOUT ROWID;`)
    return db
  } catch (error) {
    db.close()
    throw error
  }
}
