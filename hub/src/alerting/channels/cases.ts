import type { ErrorCode } from '@steward/shared/errors'

/** What a receiving server does with a message, as data: the contract suite plays it on a real socket. */
export type ReceiverAnswer =
  | { http: number; headers?: Record<string, string>; json?: unknown; text?: string }
  | { smtp: number; at: 'greeting' | 'login' | 'recipient' | 'message'; text: string }
  | { behaves: 'accepts' | 'never-answers' | 'answers-without-end' | 'hangs-up' | 'redirects' }

/** One case of a channel's contract; `outcome` is `sent` or the code that the channel throws. */
export type ChannelCase = {
  title: string
  answer: ReceiverAnswer
  outcome: 'sent' | ErrorCode
  retryAfterMs?: number
}
