import { rmSync } from 'node:fs'
import { join } from 'node:path'
import type { AgentRecord } from '@steward/shared/wire'
import { z } from 'zod'
import type { Log } from '../polling/contract.ts'
import { readPrivateFile, writePrivateFile } from '../vault/index.ts'

const OpenProblem = z.object({ key: z.string(), code: z.string(), device: z.string().optional(), message: z.string() })
/** Something that a person must mend. `key` names it for ever: the same problem tomorrow has the same key. */
export type OpenProblem = z.infer<typeof OpenProblem>

const overheard = 'polling'

const Stored = z.record(z.string(), z.array(OpenProblem))

export type Problems = {
  /** All problems of one kind as they are now: new ones are told, those that are gone are told to be over. */
  set(kind: string, now: readonly OpenProblem[]): void
  /** Remembers problems that others tell in their own records, so that they are listed here as well. */
  overhear(records: readonly AgentRecord[]): void
  list(): OpenProblem[]
}

export type ProblemsOptions = {
  dataDir: string
  record(records: readonly AgentRecord[]): void
  log: Log
  now: () => number
}

/** What is open is kept on the disk, so that a problem that was mended while the agent was off is told to be over. */
export function openProblems({ dataDir, record, log, now }: ProblemsOptions): Problems {
  const path = fileOf(dataDir)
  const open = read(path)
  const keep = () => {
    try {
      writePrivateFile(path, JSON.stringify(Object.fromEntries(open)))
    } catch (error) {
      log.error({ err: error, code: 'system/data-folder' }, 'Open problems cannot be stored; make room on the disk.')
    }
  }
  return {
    overhear(records) {
      const told = records.filter((it) => it.type === 'problem')
      if (told.length === 0) return
      const known = new Map((open.get(overheard) ?? []).map((it) => [it.key, it]))
      for (const { key, code, device, message, over } of told) {
        if (over) known.delete(key)
        else known.set(key, { key, code, ...(device === undefined ? {} : { device }), message })
      }
      open.set(overheard, [...known.values()])
      keep()
    },
    set(kind, list) {
      const before = new Map((open.get(kind) ?? []).map((it) => [it.key, it]))
      const after = new Map(list.map((it) => [it.key, it]))
      const raised = [...after.values()].filter((it) => before.get(it.key)?.message !== it.message)
      const over = [...before.values()].filter((it) => !after.has(it.key))
      if (raised.length === 0 && over.length === 0) return
      for (const { code, device, message } of raised) log.warn({ code, device }, message)
      record([...raised.map((it) => recordOf(it, now(), false)), ...over.map((it) => recordOf(it, now(), true))])
      open.set(kind, [...after.values()])
      keep()
    },
    list: () => [...open.values()].flat(),
  }
}

export function removeProblems(dataDir: string): void {
  rmSync(fileOf(dataDir), { force: true })
}

const fileOf = (dataDir: string) => join(dataDir, 'problems.json')

function recordOf({ key, code, device, message }: OpenProblem, at: number, over: boolean): AgentRecord {
  const named = device === undefined ? {} : { device }
  return { type: 'problem', at, key: key.slice(0, 200), code, ...named, message: message.slice(0, 1000), over }
}

function read(path: string): Map<string, OpenProblem[]> {
  try {
    return new Map(Object.entries(Stored.parse(JSON.parse(readPrivateFile(path) ?? '{}'))))
  } catch {
    return new Map()
  }
}
