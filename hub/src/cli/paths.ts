import { resolve } from 'node:path'
import hubPackage from '../../package.json' with { type: 'json' }

/** A path that a person typed: relative to where they typed it, which pnpm puts into INIT_CWD. */
export function typedPath(path: string): string {
  return resolve(process.env.INIT_CWD ?? process.cwd(), path)
}

/** The checkout's root, or the folder that the bundle is in. */
export function programFolder(): string {
  return import.meta.url.endsWith('.ts') ? resolve(import.meta.dirname, '..', '..', '..') : import.meta.dirname
}

export function programVersion(): string {
  return hubPackage.version
}
