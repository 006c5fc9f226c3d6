import { z } from 'zod'
import { catalogue, type ErrorCode } from './catalogue.ts'
import { StewardError } from './steward-error.ts'

/** Problem document, RFC 9457 section 3. `type` is `urn:steward:error:<code>`; `errors` lists the fields that are wrong. */
export const Problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  code: z.string(),
  errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
})
export type Problem = z.infer<typeof Problem>

/** The problem document of an error; nothing of its cause leaves the process. */
export function problemOf(error: StewardError): Problem {
  const entry: { status?: number; en: string } = catalogue[error.code]
  return {
    type: `urn:steward:error:${error.code}`,
    title: entry.en,
    status: entry.status ?? 500,
    detail: error.message,
    code: error.code,
  }
}

/** The error that a problem document stands for, on the side that receives it; null for any other text. */
export function errorOfProblem(text: string): StewardError | null {
  try {
    const { code, detail } = Problem.parse(JSON.parse(text))
    return isErrorCode(code) ? new StewardError(code, detail) : null
  } catch {
    return null
  }
}

function isErrorCode(code: string): code is ErrorCode {
  return Object.hasOwn(catalogue, code)
}
