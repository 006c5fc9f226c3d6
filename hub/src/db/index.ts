/** The relational store: SQLite in a worker thread behind Kysely, and the migrations of all rooms in order. */
export { checkDatabase, copyDatabase } from './copy.ts'
export { openDatabase, openForReading, type RoomMigrations } from './open.ts'
export { makePrivateFolder, writePrivateFile } from './private-file.ts'
export { isForeignKeyViolation, isUniqueViolation, SqliteError } from './sqlite-dialect.ts'
