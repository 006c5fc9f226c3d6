/** Kysely over node:sqlite in a worker thread. One connection: statements and transactions take turns. */
import { Worker } from 'node:worker_threads'
import { StewardError } from '@steward/shared/errors'
import {
  CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type QueryResult,
  SqliteAdapter,
  SqliteIntrospector,
  SqliteQueryCompiler,
} from 'kysely'

type Answer =
  | { id: number; ok: true; rows: unknown[]; changes: number | bigint; lastId: number | bigint }
  | { id: number; ok: false; message: string; code: number }

/** What SQLite said, with its extended result code (2067: unique, 787: foreign key …). */
export class SqliteError extends Error {
  readonly code: number
  constructor(message: string, code: number) {
    super(message)
    this.name = 'SqliteError'
    this.code = code
  }
}

/** Whether a row was refused because what it refers to is not there, or is still referred to (SQLITE_CONSTRAINT_FOREIGNKEY). */
export function isForeignKeyViolation(error: unknown): boolean {
  return error instanceof SqliteError && error.code === 787
}

/** Whether a row was refused because its key is taken (SQLITE_CONSTRAINT_UNIQUE, SQLITE_CONSTRAINT_PRIMARYKEY). */
export function isUniqueViolation(error: unknown): boolean {
  return error instanceof SqliteError && (error.code === 2067 || error.code === 1555)
}

class WorkerConnection implements DatabaseConnection {
  readonly #worker: Worker
  readonly #waiting = new Map<number, { resolve: (it: Answer) => void; reject: (it: Error) => void }>()
  #lastId = 0
  #closed = false

  constructor(file: string, readOnly: boolean) {
    this.#worker = new Worker(new URL('./sqlite-worker.ts', import.meta.url), { workerData: { file, readOnly } })
    this.#worker.on('message', (answer: Answer) => {
      this.#waiting.get(answer.id)?.resolve(answer)
      this.#waiting.delete(answer.id)
    })
    const failAll = (error: Error): void => {
      this.#closed = true
      for (const { reject } of this.#waiting.values()) reject(error)
      this.#waiting.clear()
    }
    this.#worker.on('error', failAll)
    this.#worker.on('exit', () => failAll(new Error('The database is closed.')))
  }

  #ask(question: object): Promise<Answer> {
    if (this.#closed) return Promise.reject(new Error('The database is closed.'))
    this.#lastId += 1
    const id = this.#lastId
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject })
      this.#worker.postMessage({ ...question, id })
    })
  }

  async executeQuery<Row>(query: CompiledQuery): Promise<QueryResult<Row>> {
    const answer = await this.#ask({ sql: query.sql, parameters: query.parameters.map(toSqlite) })
    if (!answer.ok) throw new SqliteError(answer.message, answer.code)
    return { rows: answer.rows as Row[], numAffectedRows: BigInt(answer.changes), insertId: BigInt(answer.lastId) }
  }

  streamQuery<Row>(): AsyncIterableIterator<QueryResult<Row>> {
    throw new Error('Streaming is not offered by the embedded database; read in pages.')
  }

  async close(): Promise<void> {
    if (!this.#closed) await this.#ask({ close: true })
  }
}

function toSqlite(value: unknown): unknown {
  if (typeof value === 'boolean') return value ? 1 : 0
  if (value instanceof Date) return value.toISOString()
  return value ?? null
}

/** Nothing of ours takes this long: who waits longer waits for a transaction that waits for them. */
const longestWaitMs = 30_000

/** Resolves after `turn`; rejects when that takes too long, so that a mistake is an error in the log and not silence. */
async function waitFor(turn: Promise<void>): Promise<void> {
  const { promise, reject } = Promise.withResolvers<never>()
  const late = new StewardError('system/internal', 'The database is busy; try again.')
  const timer = setTimeout(() => reject(late), longestWaitMs)
  try {
    await Promise.race([turn, promise])
  } finally {
    clearTimeout(timer)
  }
}

/** Turns are given in order of asking; a transaction keeps its turn until it ends. */
class WorkerDriver implements Driver {
  readonly #file: string
  readonly #readOnly: boolean
  #connection: WorkerConnection | null = null
  #turn: Promise<void> = Promise.resolve()
  #release: (() => void) | null = null

  constructor(file: string, readOnly: boolean) {
    this.#file = file
    this.#readOnly = readOnly
  }

  async init(): Promise<void> {
    this.#connection = new WorkerConnection(this.#file, this.#readOnly)
  }

  async acquireConnection(): Promise<DatabaseConnection> {
    const before = this.#turn
    const { promise, resolve: release } = Promise.withResolvers<void>()
    this.#turn = promise
    try {
      await waitFor(before)
    } catch (error) {
      void before.then(release)
      throw error
    }
    if (this.#connection === null) {
      release()
      throw new Error('The database is closed.')
    }
    this.#release = release
    return this.#connection
  }

  async releaseConnection(): Promise<void> {
    this.#release?.()
  }

  async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('begin immediate'))
  }

  async commitTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('commit'))
  }

  async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw('rollback'))
  }

  async destroy(): Promise<void> {
    await this.#connection?.close()
    this.#connection = null
  }
}

/** The embedded relational store: one file, opened when first used. */
export function sqliteDialect(file: string, options: { readOnly: boolean } = { readOnly: false }): Dialect {
  return {
    createAdapter: () => new SqliteAdapter(),
    createDriver: () => new WorkerDriver(file, options.readOnly),
    createIntrospector: (db) => new SqliteIntrospector(db),
    createQueryCompiler: () => new SqliteQueryCompiler(),
  }
}
