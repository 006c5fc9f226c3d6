/** Alert channel `email`: one mail per alert, through the hub's mail server. */
import { EmailTarget } from '@steward/shared/api'
import { plainText } from '../../message/render.ts'
import { defineChannel } from '../contract.ts'
import { htmlOf } from './html.ts'

export const email = defineChannel({
  name: 'email',
  target: EmailTarget,
  pace: null,
  shown: ({ to }) => to,
  async send({ to }, message, { sendMail }) {
    await sendMail({
      to,
      subject: message.title,
      text: plainText(message),
      html: htmlOf(message),
      messageId: message.id,
      urgent: message.urgent,
      // Opening, rise and closing of a fault stand under each other in the mailbox.
      ...(message.facts === null ? {} : { thread: message.facts.fault }),
    })
  },
})
