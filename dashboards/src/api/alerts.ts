import {
  type DeadManSettings,
  DeadManShown,
  DeliveryList,
  type MailSettings,
  MailSettingsShown,
  type MailTestRequest,
  Recipient,
  type RecipientInput,
  RecipientList,
  type RecipientUpdate,
  TestResult,
} from '@steward/shared/api'
import { infiniteQueryOptions, queryOptions } from '@tanstack/react-query'
import { z } from 'zod'
import { call, v1 } from './call.ts'

const Nothing = z.null()
const recipients = v1('alerts', 'recipients')

export const recipientsQuery = queryOptions({
  queryKey: ['recipients'],
  queryFn: async ({ signal }) => (await call('GET', recipients, { answer: RecipientList, signal })).items,
})

export type DeliveryFilter = { recipient?: string | undefined; state?: string | undefined; fault?: string | undefined }

export const deliveriesQuery = (filter: DeliveryFilter) =>
  infiniteQueryOptions({
    queryKey: ['deliveries', filter],
    initialPageParam: '',
    queryFn: ({ pageParam, signal }) =>
      call('GET', v1('alerts', 'deliveries'), {
        answer: DeliveryList,
        query: { ...filter, limit: 100, next: pageParam },
        signal,
      }),
    getNextPageParam: (last) => last.next,
    refetchInterval: 15_000,
  })

export const mailQuery = queryOptions({
  queryKey: ['mail'],
  queryFn: ({ signal }) => call('GET', v1('alerts', 'mail'), { answer: MailSettingsShown.nullable(), signal }),
})

export const deadManQuery = queryOptions({
  queryKey: ['dead-man'],
  queryFn: ({ signal }) => call('GET', v1('alerts', 'dead-man'), { answer: DeadManShown, signal }),
  refetchInterval: 30_000,
})

export const addRecipient = (body: z.input<typeof RecipientInput>) =>
  call('POST', recipients, { answer: Recipient, body })

export const putRecipient = (id: string, body: z.input<typeof RecipientUpdate>) =>
  call('PUT', `${recipients}/${encodeURIComponent(id)}`, { answer: Recipient, body })

export const removeRecipient = (id: string) =>
  call('DELETE', `${recipients}/${encodeURIComponent(id)}`, { answer: Nothing })

export const testRecipient = (id: string) =>
  call('POST', `${recipients}/${encodeURIComponent(id)}/test`, { answer: TestResult, body: {} })

export const putMail = (body: z.input<typeof MailSettings>) =>
  call('PUT', v1('alerts', 'mail'), { answer: MailSettingsShown, body })

export const testMail = (body: z.input<typeof MailTestRequest>) =>
  call('POST', v1('alerts', 'mail', 'test'), { answer: TestResult, body })

export const putDeadMan = (body: z.input<typeof DeadManSettings>) =>
  call('PUT', v1('alerts', 'dead-man'), { answer: DeadManShown, body })
