/** Ways on which an alert goes out, as the form asks for them. */
import type { AlertTarget } from '@steward/shared/api'
import { IconBrandWechat, IconMail, IconMessageBolt, IconWebhook } from '@tabler/icons-react'

export type ChannelName = AlertTarget['channel']

export const channels = [
  { name: 'email', icon: IconMail, field: 'to', hasSecret: false },
  { name: 'wecom', icon: IconBrandWechat, field: 'url', hasSecret: false },
  { name: 'dingtalk', icon: IconMessageBolt, field: 'url', hasSecret: true },
  { name: 'webhook', icon: IconWebhook, field: 'url', hasSecret: true },
] as const satisfies readonly { name: ChannelName; [more: string]: unknown }[]

export type Typed = { channel: ChannelName; where: string; secret: string }

/** What was typed as a target; null while the field is empty. A secret that is left empty is none. */
export function targetOf({ channel, where, secret }: Typed): AlertTarget | null {
  const place = where.trim()
  if (place === '') return null
  const signed = secret.trim() === '' ? {} : { secret: secret.trim() }
  switch (channel) {
    case 'email':
      return { channel, to: place }
    case 'wecom':
      return { channel, url: place }
    case 'dingtalk':
      return { channel, url: place, ...signed }
    case 'webhook':
      return { channel, url: place, ...signed }
  }
}

export function channelOf(name: string) {
  return channels.find((it) => it.name === name) ?? channels[0]
}
