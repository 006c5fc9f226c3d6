/** One way to ask the hub: typed by the contract's schemas, failures as `CallError`. */
import type { z } from 'zod'
import { CallError, readProblem } from './call-error.ts'

export type Query = Readonly<Record<string, string | number | boolean | undefined>>

export type Call<Answer extends z.ZodType> = {
  answer: Answer
  query?: Query
  /** sent as JSON */
  body?: unknown
  signal?: AbortSignal
}

const timeoutMs = 30_000

/** Asks the hub and checks the answer. Throws `CallError`, also when the hub is away or answers something else than agreed. */
export async function call<Answer extends z.ZodType>(
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
  path: string,
  { answer, query, body, signal }: Call<Answer>,
): Promise<z.output<Answer>> {
  const response = await send(method, address(path, query), body, signal)
  const content: unknown = await response.json().catch(() => null)
  const parsed = answer.safeParse(content)
  if (!parsed.success) throw new CallError({ kind: 'unreadable', status: response.status, detail: path })
  return parsed.data
}

async function send(method: string, url: string, body: unknown, signal: AbortSignal | undefined): Promise<Response> {
  const limit = AbortSignal.timeout(timeoutMs)
  let response: Response
  try {
    response = await fetch(url, {
      method,
      credentials: 'same-origin',
      headers: { accept: 'application/json', ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: signal === undefined ? limit : AbortSignal.any([limit, signal]),
    })
  } catch (error) {
    if (signal?.aborted === true) throw error
    throw new CallError({ kind: 'away', status: 0, detail: '' })
  }
  if (!response.ok) throw await readProblem(response)
  return response
}

/** `/sites/a b` with a query, each value encoded, what is undefined left out. */
export function address(path: string, query: Query = {}): string {
  const pairs = Object.entries(query).flatMap(([name, value]) =>
    value === undefined || value === '' ? [] : [[name, String(value)]],
  )
  const search = new URLSearchParams(pairs).toString()
  return search === '' ? path : `${path}?${search}`
}

/** A path below `/api/v1` from parts that are encoded each; `:` stays readable. */
export function v1(...parts: readonly string[]): string {
  return ['/api/v1', ...parts.map((it) => encodeURIComponent(it).replaceAll('%3A', ':'))].join('/')
}
