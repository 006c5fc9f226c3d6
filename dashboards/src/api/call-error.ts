import { catalogue } from '@steward/shared/errors'

type Facts = {
  /** `refused`: the hub said no and why; `away`: it cannot be reached; `unreadable`: it answers in another version's way */
  kind: 'refused' | 'away' | 'unreadable'
  status: number
  /** stable code: one of the error catalogue's, or of Better Auth's */
  code?: string
  /** one line from the hub, in English */
  detail: string
  fields?: readonly { path: string; message: string }[]
}

/** A call to the hub that did not succeed, with what a person can be told of it. */
export class CallError extends Error {
  readonly kind: Facts['kind']
  readonly status: number
  readonly code: string
  readonly detail: string
  readonly fields: readonly { path: string; message: string }[]

  constructor(facts: Facts) {
    super(facts.detail === '' ? facts.kind : facts.detail)
    this.name = 'CallError'
    this.kind = facts.kind
    this.status = facts.status
    this.code = facts.code ?? ''
    this.detail = facts.detail
    this.fields = facts.fields ?? []
  }
}

export function isSignedOut(error: unknown): boolean {
  return error instanceof CallError && error.status === 401
}

/** Whether asking again can help without anybody changing anything. */
export function isWorthRetrying(error: unknown): boolean {
  return !(error instanceof CallError) || error.kind === 'away' || error.status >= 500
}

/** The hub's problem document (RFC 9457), or Better Auth's `{ code, message }`; anything else is a proxy's page. */
export async function readProblem(response: Response): Promise<CallError> {
  const body: unknown = await response.json().catch(() => null)
  const { status } = response
  const code = textOf(body, 'code')
  const detail = textOf(body, 'detail') || textOf(body, 'message')
  if (code === '' && detail === '' && status >= 500) return new CallError({ kind: 'away', status, detail: '' })
  return new CallError({ kind: 'refused', status, code, detail, fields: fieldsOf(body) })
}

function textOf(body: unknown, name: string): string {
  const value = propertyOf(body, name)
  return typeof value === 'string' ? value : ''
}

function propertyOf(body: unknown, name: string): unknown {
  if (typeof body !== 'object' || body === null) return undefined
  return new Map<string, unknown>(Object.entries(body)).get(name)
}

function fieldsOf(body: unknown): { path: string; message: string }[] {
  const errors = propertyOf(body, 'errors')
  if (!Array.isArray(errors)) return []
  return errors.map((it) => ({ path: textOf(it, 'path').replace(/^body\.?/, ''), message: textOf(it, 'message') }))
}

/** The catalogue's sentence for a code in a language, or null for a code that is not ours. */
export function catalogued(code: string, language: string): string | null {
  const entry = new Map<string, { en: string; zh: string }>(Object.entries(catalogue)).get(code)
  if (entry === undefined) return null
  return language.startsWith('zh') ? entry.zh : entry.en
}
