/** Every failure as a problem document (RFC 9457): one clear line, the fields that are wrong, nothing of the inside. */
import { isStewardError, type Problem, problemOf, StewardError } from '@steward/shared/errors'
import type { FastifyError, FastifyInstance, FastifyReply } from 'fastify'
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod'
import { ZodError } from 'zod'

const maxNamed = 20

function invalid(issues: readonly { path: string; message: string }[]): Problem {
  const named = issues.slice(0, maxNamed)
  const first = named[0]
  const line =
    first === undefined
      ? 'The input is not valid.'
      : `${first.path === '' ? 'The input' : first.path}: ${first.message}`
  const more = issues.length > 1 ? ` (and ${issues.length - 1} more)` : ''
  return { ...problemOf(new StewardError('input/invalid', line + more)), errors: [...named] }
}

/** The problem document of anything that was thrown; `expected` is false for what belongs into the log as a fault of ours. */
export function problemOfThrown(error: unknown): { problem: Problem; expected: boolean } {
  if (isStewardError(error)) return { problem: problemOf(error), expected: error.code !== 'system/internal' }
  if (hasZodFastifySchemaValidationErrors(error)) {
    const issues = error.validation.map((it) => ({
      path: it.instancePath.replace(/^\//, '').replaceAll('/', '.'),
      message: it.message ?? 'not valid',
    }))
    return { problem: invalid(issues), expected: true }
  }
  if (error instanceof ZodError) {
    return {
      problem: invalid(error.issues.map((it) => ({ path: it.path.join('.'), message: it.message }))),
      expected: true,
    }
  }
  const status = statusOf(error)
  if (status === 413)
    return {
      problem: problemOf(new StewardError('input/too-large', 'The body is larger than allowed here.')),
      expected: true,
    }
  if (status === 429)
    return {
      problem: problemOf(new StewardError('access/too-many-requests', 'Too many requests; wait a minute.')),
      expected: true,
    }
  if (status !== null && status >= 400 && status < 500) {
    const detail = error instanceof Error ? error.message : 'The request cannot be read.'
    return { problem: { ...problemOf(new StewardError('input/invalid', detail)), status }, expected: true }
  }
  return {
    problem: problemOf(
      new StewardError('system/internal', 'Something went wrong inside; it is in the log of the hub.'),
    ),
    expected: false,
  }
}

function statusOf(error: unknown): number | null {
  const status = error instanceof Error && 'statusCode' in error ? error.statusCode : null
  return typeof status === 'number' ? status : null
}

export function sendProblem(reply: FastifyReply, problem: Problem): FastifyReply {
  return reply.code(problem.status).type('application/problem+json').serializer(JSON.stringify).send(problem)
}

export function mapErrors(app: FastifyInstance): void {
  app.setErrorHandler((error: FastifyError, request, reply) => {
    const { problem, expected } = problemOfThrown(error)
    if (!expected) request.log.error({ err: error }, 'a request failed')
    return sendProblem(reply, problem)
  })
}
