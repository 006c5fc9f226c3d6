/** Alert channel `webhook`: one signed JSON POST per alert, after the Standard Webhooks specification. */
import { createHmac } from 'node:crypto'
import { WebhookTarget } from '@steward/shared/api'
import { plainText } from '../../message/render.ts'
import { checkStatus } from '../answers.ts'
import { defineChannel } from '../contract.ts'
import { webhookBody } from './body.ts'

/** A secret written as `whsec_…` is base64, as the specification has it; any other is taken as it stands. */
function keyOf(secret: string): Buffer {
  return secret.startsWith('whsec_') ? Buffer.from(secret.slice(6), 'base64') : Buffer.from(secret)
}

/**
 * `v1,` and the base64 HMAC-SHA256 over `id.timestamp.body`. The time is signed, so a receiver that takes only what is
 * at most five minutes old, and each id once, cannot be fed an old message again.
 */
export function webhookSignature(it: { secret: string; id: string; timestampS: number; body: string }): string {
  const signed = `${it.id}.${it.timestampS}.${it.body}`
  return `v1,${createHmac('sha256', keyOf(it.secret)).update(signed).digest('base64')}`
}

export const webhook = defineChannel({
  name: 'webhook',
  target: WebhookTarget,
  pace: null,
  shown: ({ url }) => `${new URL(url).origin}/…`,
  async send({ url, secret }, message, { egress, now }) {
    const body = JSON.stringify(webhookBody(message, plainText(message), now()))
    const timestampS = Math.floor(now() / 1000)
    const signature = secret === undefined ? null : webhookSignature({ secret, id: message.id, timestampS, body })
    const answer = await egress.send(url, {
      body,
      headers: {
        'content-type': 'application/json; charset=utf-8',
        'user-agent': 'Steward',
        'webhook-id': message.id,
        'webhook-timestamp': String(timestampS),
        ...(signature === null ? {} : { 'webhook-signature': signature }),
      },
    })
    checkStatus(new URL(url).host, answer)
  },
})
