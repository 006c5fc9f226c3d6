/** The thread that holds the SQLite file: statements come in, rows go out, the hub's event loop never waits for the disk. */
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite'
import { parentPort, workerData } from 'node:worker_threads'

type Question = { id: number; sql: string; parameters: SQLInputValue[] } | { id: number; close: true }

const { file, readOnly }: { file: string; readOnly: boolean } = workerData
const db = new DatabaseSync(file, { timeout: 5000, readOnly })
if (!readOnly) db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;')
db.exec('PRAGMA trusted_schema = OFF;')

/** Statements are kept prepared; the hub has a few hundred different ones. */
const statements = new Map<string, StatementSync>()
const maxStatements = 500

function prepared(sql: string): StatementSync {
  const known = statements.get(sql)
  if (known !== undefined) return known
  const statement = db.prepare(sql)
  if (statements.size >= maxStatements) statements.clear()
  statements.set(sql, statement)
  return statement
}

function answer(
  sql: string,
  parameters: SQLInputValue[],
): { rows: unknown[]; changes: number | bigint; lastId: number | bigint } {
  const statement = prepared(sql)
  // A statement with columns gives rows (also INSERT … RETURNING); any other only counts.
  if (statement.columns().length > 0) return { rows: statement.all(...parameters), changes: 0, lastId: 0 }
  const { changes, lastInsertRowid } = statement.run(...parameters)
  return { rows: [], changes, lastId: lastInsertRowid }
}

parentPort?.on('message', (question: Question) => {
  if ('close' in question) {
    statements.clear()
    db.close()
    parentPort?.postMessage({ id: question.id, ok: true, rows: [], changes: 0, lastId: 0 })
    parentPort?.close()
    return
  }
  try {
    parentPort?.postMessage({ id: question.id, ok: true, ...answer(question.sql, question.parameters) })
  } catch (error) {
    const code = error instanceof Error && 'errcode' in error ? Number(error.errcode) : 0
    parentPort?.postMessage({
      id: question.id,
      ok: false,
      message: error instanceof Error ? error.message : String(error),
      code,
    })
  }
})
