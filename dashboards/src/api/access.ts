import {
  ApiKeyCreated,
  ApiKeyList,
  type ApiKeyRequest,
  AuditList,
  CompanySettings,
  type InvitationAccept,
  InvitationCreated,
  InvitationList,
  type InvitationRequest,
  Me,
  type Membership,
  Person,
  PersonList,
  type SetupRequest,
  SetupState,
} from '@steward/shared/api'
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { z } from 'zod'
import { call, v1 } from './call.ts'

const Nothing = z.null()

/** Fails with 401 when nobody is signed in. */
export const meQuery = queryOptions({
  queryKey: ['me'],
  queryFn: ({ signal }) => call('GET', v1('me'), { answer: Me, signal }),
  staleTime: 5 * 60_000,
})

export const setupQuery = queryOptions({
  queryKey: ['setup'],
  queryFn: ({ signal }) => call('GET', v1('setup'), { answer: SetupState, signal }),
  staleTime: 0,
})

export const peopleQuery = queryOptions({
  queryKey: ['people'],
  queryFn: async ({ signal }) => (await call('GET', v1('people'), { answer: PersonList, signal })).items,
})

export const invitationsQuery = queryOptions({
  queryKey: ['invitations'],
  queryFn: async ({ signal }) => (await call('GET', v1('invitations'), { answer: InvitationList, signal })).items,
})

export const apiKeysQuery = queryOptions({
  queryKey: ['api-keys'],
  queryFn: async ({ signal }) => (await call('GET', v1('api-keys'), { answer: ApiKeyList, signal })).items,
})

export type AuditFilter = { site?: string | undefined; action?: string | undefined; who?: string | undefined }

export const auditQuery = (filter: AuditFilter) =>
  infiniteQueryOptions({
    queryKey: ['audit', filter],
    initialPageParam: '',
    queryFn: ({ pageParam, signal }) =>
      call('GET', v1('audit'), { answer: AuditList, query: { ...filter, limit: 200, next: pageParam }, signal }),
    getNextPageParam: (last) => last.next,
  })

export const setUp = (body: z.input<typeof SetupRequest>) => call('POST', v1('setup'), { answer: SetupState, body })

export const putCompany = (body: z.input<typeof CompanySettings>) =>
  call('PUT', v1('company'), { answer: CompanySettings, body })

export const putMemberships = (person: string, memberships: readonly Membership[]) =>
  call('PUT', v1('people', person, 'memberships'), { answer: Person, body: { memberships } })

export const putDisabled = (person: string, disabled: boolean) =>
  call('PUT', v1('people', person, 'disabled'), { answer: Person, body: { disabled } })

export const invite = (body: z.input<typeof InvitationRequest>) =>
  call('POST', v1('invitations'), { answer: InvitationCreated, body })

export const withdrawInvitation = (id: string) => call('DELETE', v1('invitations', id), { answer: Nothing })

export const acceptInvitation = (body: z.input<typeof InvitationAccept>) =>
  call('POST', v1('invitations', 'accept'), { answer: z.object({ email: z.string() }), body })

export const makeApiKey = (body: z.input<typeof ApiKeyRequest>) =>
  call('POST', v1('api-keys'), { answer: ApiKeyCreated, body })

export const withdrawApiKey = (id: string) => call('DELETE', v1('api-keys', id), { answer: Nothing })
