/** Backups: one file with everything a hub is, taken while it runs, read back before it counts, put back into an empty folder. */
export { packSnapshot } from './archive.ts'
export { openLocalDoor, recoverAtRunningHub, refuseSecondHub, takeFromRunningHub } from './local-door.ts'
export { restoreBackup, verifyBackup } from './restore.ts'
export { sweepSnapshots, takeSnapshot, timeSeriesFolder } from './snapshot.ts'
export type { BackupReport } from './verify.ts'
