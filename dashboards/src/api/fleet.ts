import { Agent, AgentList, Enrolment, EnrolmentCreated } from '@steward/shared/api'
import { GrantList } from '@steward/shared/wire'
import { queryOptions } from '@tanstack/react-query'
import { call, v1 } from './call.ts'

export const agentsQuery = queryOptions({
  queryKey: ['agents'],
  queryFn: async ({ signal }) => (await call('GET', v1('agents'), { answer: AgentList, signal })).items,
})

/** Live by event; asked again now and then in case the events are away. */
export const enrolmentQuery = (id: string) =>
  queryOptions({
    queryKey: ['enrolment', id],
    queryFn: ({ signal }) => call('GET', v1('enrolments', id), { answer: Enrolment, signal }),
    refetchInterval: 3000,
  })

export const grantsQuery = (site: string) =>
  queryOptions({
    queryKey: ['grants', site],
    queryFn: async ({ signal }) =>
      (await call('GET', v1('sites', site, 'grants'), { answer: GrantList, signal })).items,
    retry: false,
  })

export const makeEnrolment = (body: { site: string; name?: string }) =>
  call('POST', v1('enrolments'), { answer: EnrolmentCreated, body })

export const renameAgent = (id: string, name: string) =>
  call('PATCH', v1('agents', id), { answer: Agent, body: { name } })

export const revokeAgent = (id: string) => call('POST', v1('agents', id, 'revoke'), { answer: Agent, body: {} })
