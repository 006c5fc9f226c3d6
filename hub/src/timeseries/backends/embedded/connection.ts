import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { type DuckDBConnection, DuckDBInstance, type JS } from '@duckdb/node-api'
import { StewardError } from '@steward/shared/errors'

/** Version of the tables below; a newer hub brings an older file up to its own. */
const schemaVersion = 1

export type Rows = Record<string, JS>[]
type Values = (string | number | boolean | null)[]

/** Runs a statement and gives its rows as plain values; columns of 64 bits are to be cast to DOUBLE in it. */
export async function query(connection: DuckDBConnection, sql: string, values: Values = []): Promise<Rows> {
  const result = await connection.runAndReadAll(sql, values)
  return result.getRowObjectsJS()
}

/** The columns of a large answer, one array each. */
export async function columns(connection: DuckDBConnection, sql: string, values: Values = []): Promise<JS[][]> {
  const result = await connection.runAndReadAll(sql, values)
  return result.getColumnsJS()
}

/** Opens DuckDB's file in a folder. Throws StewardError where it cannot be had. */
export async function openDuckDb(folder: string): Promise<DuckDBInstance> {
  mkdirSync(join(folder, 'tmp'), { recursive: true, mode: 0o700 })
  try {
    // Measured: 128 MB and one thread take 1.4 million rows a second; more memory is the hub's, not DuckDB's.
    const instance = await DuckDBInstance.create(join(folder, 'points.duckdb'), {
      memory_limit: '128MB',
      threads: '1',
      temp_directory: join(folder, 'tmp'),
      max_temp_directory_size: '20GB',
      // Closing a day takes memory once; it goes back to the system and does not stay.
      allocator_background_threads: 'true',
      allow_community_extensions: 'false',
      autoinstall_known_extensions: 'false',
      autoload_known_extensions: 'false',
    })
    const connection = await instance.connect()
    await createSchema(connection)
    connection.closeSync()
    return instance
  } catch (error) {
    const why = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error)
    const line = /lock/i.test(why)
      ? `The time series in ${folder} are in use by another hub; stop it first.`
      : `The time series in ${folder} cannot be opened (${why}).`
    throw new StewardError('system/data-folder', line, { cause: error })
  }
}

async function createSchema(connection: DuckDBConnection): Promise<void> {
  await connection.run(`
    begin;
    create table if not exists about (version integer not null);
    insert into about select ${schemaVersion} where not exists (from about);
    create table if not exists series (id integer not null, site varchar not null, device varchar not null, point varchar not null);
    create table if not exists site_customers (site varchar not null, customer varchar not null, since bigint not null);
    create table if not exists last_values (series integer not null, at_ms bigint not null, num double, word varchar, flag boolean);
    create table if not exists segments (
      file varchar not null, customer varchar not null, tier varchar not null, from_ms bigint not null, to_ms bigint not null
    );
    commit;`)
  const [row] = await query(connection, 'select version from about')
  if (row?.version !== schemaVersion) {
    throw new Error(`made by another version of Steward (${String(row?.version)} instead of ${schemaVersion})`)
  }
}
