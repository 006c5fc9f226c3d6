/** Reads the Modbus profiles of a folder; one that is wrong loses itself and is named. */
import { globSync, readFileSync } from 'node:fs'
import { join, sep } from 'node:path'
import type { DeviceKind } from '@steward/shared/model'
import { parse } from 'yaml'
import { z } from 'zod'
import { type Family, ModbusProfileFile, type Model } from './schema.ts'

/** `name`: path without extension, as in `eastron/sdm`. */
export type ModbusProfile = Family & { name: string }
export type SunSpecModel = Model & { kind?: DeviceKind | undefined }
export type ModbusProfiles = { families: ModbusProfile[]; models: ReadonlyMap<number, SunSpecModel> }
export type LoadedModbusProfiles = { profiles: ModbusProfiles; problems: { file: string; message: string }[] }

export const noModbusProfiles: ModbusProfiles = { families: [], models: new Map() }

/** `<vendor>/<family>.modbus.yaml`, or `.json` in the bundle. */
export function loadModbusProfiles(folder: string): LoadedModbusProfiles {
  const models = new Map<number, SunSpecModel>()
  const loaded = { families: [] as ModbusProfile[], models }
  const problems: LoadedModbusProfiles['problems'] = []
  for (const path of globSync('**/*.modbus.{yaml,json}', { cwd: folder }).sort()) {
    try {
      const text = readFileSync(join(folder, path), 'utf8')
      const file = ModbusProfileFile.parse(path.endsWith('.json') ? JSON.parse(text) : parse(text, { merge: true }))
      const name = path
        .split(sep)
        .join('/')
        .replace(/\.modbus\.(?:yaml|json)$/, '')
      if ('detect' in file) loaded.families.push({ ...file, name })
      else
        for (const model of file.sunspec) for (const id of model.models) models.set(id, { ...model, kind: file.kind })
    } catch (error) {
      problems.push({ file: path, message: messageOf(error) })
    }
  }
  return { profiles: loaded, problems }
}

function messageOf(error: unknown): string {
  if (error instanceof z.ZodError)
    return z
      .prettifyError(error)
      .replace(/\s*\n\s*/g, ' ')
      .slice(0, 500)
  return error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error)
}
