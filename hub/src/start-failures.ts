/** Failures of the start that a person can mend, in their words; others as they are. */
import { StewardError } from '@steward/shared/errors'

type Place = { host: string; port: number; dataDir: string }

const listenWords: Readonly<Record<string, (it: Place) => string>> = {
  EADDRINUSE: ({ host, port }) => `Port ${port} on ${host} is in use; choose another with --port.`,
  EACCES: ({ port }) => `Port ${port} may not be used by this user; choose one above 1023 with --port.`,
  EADDRNOTAVAIL: ({ host }) => `${host} is no address of this machine; choose another with --host.`,
}
const folderCodes: ReadonlySet<string> = new Set(['EACCES', 'EPERM', 'EROFS', 'ENOSPC', 'ENOTDIR', 'EISDIR'])

export function startError(error: unknown, place: Place): unknown {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return error
  const listening = 'syscall' in error && error.syscall === 'listen'
  const said = listening ? listenWords[error.code] : undefined
  if (said !== undefined) return new StewardError('system/port-in-use', said(place), { cause: error })
  if (!folderCodes.has(error.code)) return error
  const file = 'path' in error ? String(error.path) : place.dataDir
  const line = `${file} in the data folder cannot be read or written (${error.code}); mend its owner and rights, or choose another folder with --data.`
  return new StewardError('system/data-folder', line, { cause: error })
}
