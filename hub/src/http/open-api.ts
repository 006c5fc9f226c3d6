/** The document of the API (OpenAPI 3.1), made from the same schemas that check the requests. */
import type { FastifyDynamicSwaggerOptions } from '@fastify/swagger'
import { jsonSchemaTransform } from 'fastify-type-provider-zod'
import type { RouteAccess } from '../access/index.ts'

const sessionCookie = '__Secure-better-auth.session_token'

const problemResponse = {
  description: 'What went wrong (RFC 9457): `detail` is one line for the person who must act, `code` is for programs.',
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
}

const text = { type: 'string' as const }
const problemSchema = {
  type: 'object' as const,
  required: ['type', 'title', 'status', 'detail', 'code'],
  properties: {
    type: text,
    title: text,
    status: { type: 'integer' as const },
    detail: text,
    code: text,
    errors: {
      type: 'array' as const,
      items: { type: 'object' as const, required: ['path', 'message'], properties: { path: text, message: text } },
    },
  },
}

const said: Readonly<Partial<Record<RouteAccess, string>>> = {
  public: 'For everybody.',
  identity: 'For everybody.',
  'signed-in': 'For everybody who is signed in, and every API key.',
}

/** What the document says of a route's access. */
function accessOf(access: RouteAccess | undefined): string {
  return said[access ?? 'public'] ?? `Needs the permission \`${access}\`, and shows and changes what that covers.`
}

export function openApiOptions(version: string): FastifyDynamicSwaggerOptions {
  return {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Steward hub',
        version,
        description: 'Times are ISO 8601 in UTC. Lists are pages: ask again with `next` until it is null.',
      },
      components: {
        schemas: { Problem: problemSchema },
        securitySchemes: {
          key: { type: 'http', scheme: 'bearer', description: 'An API key; its scopes are permissions.' },
          session: { type: 'apiKey', in: 'cookie', name: sessionCookie },
        },
      },
      security: [{ key: [] }, { session: [] }],
    },
    transform: (it) => {
      const { schema, url } = jsonSchemaTransform(it)
      const access = it.route.config?.access
      const open = access === 'public' || access === 'identity'
      const answers = typeof schema.response === 'object' ? schema.response : {}
      const described = { ...schema, description: accessOf(access), response: { ...answers, default: problemResponse } }
      return { schema: open ? { ...described, security: [] } : described, url }
    },
  }
}
