import { DatabaseSync, type SQLOutputValue } from 'node:sqlite'

/**
 * What waits, in one table each, in the order in which it is sent. `chunks` are packed samples. Every row has the time
 * span, number and unpacked bytes of its records, and the bytes that it takes.
 */
export const queues = ['faults', 'others', 'samples', 'chunks'] as const
export type Queue = (typeof queues)[number]

const schemaVersion = 1

const queueTable = (name: string) => `CREATE TABLE ${name} (
  id INTEGER PRIMARY KEY, from_at INTEGER NOT NULL, to_at INTEGER NOT NULL, records INTEGER NOT NULL,
  raw INTEGER NOT NULL, bytes INTEGER NOT NULL, body BLOB NOT NULL) STRICT;`

const schema = `
${queues.map(queueTable).join('\n')}
CREATE TABLE batches (
  number INTEGER PRIMARY KEY, epoch TEXT NOT NULL, seq INTEGER NOT NULL, from_at INTEGER NOT NULL,
  records INTEGER NOT NULL, bytes INTEGER NOT NULL, body TEXT NOT NULL) STRICT;
CREATE TABLE totals (queue TEXT PRIMARY KEY, records INTEGER NOT NULL, bytes INTEGER NOT NULL) STRICT;
CREATE TABLE lost (
  what TEXT PRIMARY KEY, from_at INTEGER NOT NULL, to_at INTEGER NOT NULL, records INTEGER NOT NULL,
  bytes INTEGER NOT NULL) STRICT;
CREATE TABLE kept (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
${[...queues, 'batches'].map((it) => `INSERT INTO totals VALUES ('${it}', 0, 0);`).join('\n')}
PRAGMA user_version = ${schemaVersion};`

/**
 * Opens or makes the file. It is locked for this process as long as it is open. Every commit is on the disk when it
 * returns (synchronous=FULL); the write-ahead log is cut back to 4 MiB.
 */
export function openDatabase(file: string): DatabaseSync {
  const db = new DatabaseSync(file, { timeout: 2000 })
  try {
    db.exec(`PRAGMA auto_vacuum = INCREMENTAL; PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL;
      PRAGMA synchronous = FULL; PRAGMA journal_size_limit = 4194304; PRAGMA cache_size = -2000; PRAGMA trusted_schema = OFF;`)
    const version = numberOf(db.prepare('PRAGMA user_version').get()?.user_version)
    if (version === 0) makeTables(db)
    else if (version !== schemaVersion)
      throw new Error(`it is of version ${version}, this program knows ${schemaVersion}`)
    db.exec('DROP TABLE IF EXISTS reserve')
    return db
  } catch (error) {
    db.close()
    throw error
  }
}

/** The file begins with free pages: with a full disk, what is in the log can still be carried over into it. */
const reserveBytes = 2 * 1024 * 1024

function makeTables(db: DatabaseSync): void {
  inTransaction(db, () => db.exec(`${schema} CREATE TABLE reserve AS SELECT zeroblob(${reserveBytes}) AS room;`))
  db.exec('PRAGMA wal_checkpoint(TRUNCATE)')
}

/** All of it or nothing; inside another it is a part of that one. */
export function inTransaction<T>(db: DatabaseSync, work: () => T): T {
  if (db.isTransaction) return work()
  db.exec('BEGIN IMMEDIATE')
  try {
    const result = work()
    db.exec('COMMIT')
    return result
  } catch (error) {
    if (db.isTransaction) db.exec('ROLLBACK')
    throw error
  }
}

export function numberOf(value: SQLOutputValue | undefined): number {
  if (typeof value === 'number') return value
  throw new TypeError(`the outbox holds ${typeof value} where a number belongs`)
}

export function textOf(value: SQLOutputValue | undefined): string {
  if (typeof value === 'string') return value
  if (value instanceof Uint8Array) return Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('utf8')
  throw new TypeError(`the outbox holds ${typeof value} where a text belongs`)
}

/** SQLite's result code (https://sqlite.org/rescode.html) without its extension; 0 for other errors. */
export function sqliteCode(error: unknown): number {
  return error instanceof Error && 'errcode' in error && typeof error.errcode === 'number' ? error.errcode & 0xff : 0
}
export const sqliteBusy = 5
export const sqliteCorrupt = 11
export const sqliteNotADatabase = 26
