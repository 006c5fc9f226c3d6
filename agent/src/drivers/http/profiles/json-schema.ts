import { z } from 'zod'
import { HttpProfileFile } from './schema.ts'

/** The shape of `*.http.yaml` for editors, as JSON Schema (2020-12). */
export function httpProfileJsonSchema(): object {
  return { title: 'HTTP device profile', ...z.toJSONSchema(HttpProfileFile, { io: 'input' }) }
}
