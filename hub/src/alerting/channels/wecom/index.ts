/** Alert channel `wecom`: a group robot of WeCom (企业微信). */
import { WecomTarget } from '@steward/shared/api'
import { StewardError } from '@steward/shared/errors'
import type { AlertMessage } from '../../message/facts.ts'
import { plainText } from '../../message/render.ts'
import {
  checkStatus,
  cutToBytes,
  defaultPauseMs,
  plainInMarkdown,
  quoted,
  rateLimited,
  robotAnswer,
} from '../answers.ts'
import { defineChannel } from '../contract.ts'

/** Limits of the robot's API in bytes of UTF-8. */
const maxTextBytes = 2048
const maxMarkdownBytes = 4096

function markdown(message: AlertMessage): string {
  const rows = message.rows.map((it) => `> **${it.label}** ${plainInMarkdown(it.value)}`)
  const link = message.link === null ? '' : `\n\n[${message.link.text}](${message.link.url})`
  const text = [`**${plainInMarkdown(message.title)}**`, ...rows].join('\n')
  return cutToBytes(text, maxMarkdownBytes - Buffer.byteLength(link)) + link
}

/** An urgent alert is plain text, which alone can call everybody and is shown in WeChat as well. */
export function wecomBody(message: AlertMessage): Record<string, unknown> {
  if (!message.urgent) return { msgtype: 'markdown', markdown: { content: markdown(message) } }
  const content = plainText(message, (text, beside) => cutToBytes(text, maxTextBytes - beside))
  return { msgtype: 'text', text: { content, mentioned_list: ['@all'] } }
}

export const wecom = defineChannel({
  name: 'wecom',
  target: WecomTarget,
  // The robot takes 20 a minute; two are left for people's own use of it.
  pace: { messages: 18, perMs: 60_000 },
  shown: ({ url }) => `${new URL(url).origin}/…`,
  async send({ url }, message, { egress }) {
    const { host } = new URL(url)
    const headers = { 'content-type': 'application/json; charset=utf-8' }
    const answer = await egress.send(url, { headers, body: JSON.stringify(wecomBody(message)) })
    checkStatus(host, answer)
    const { errcode, errmsg } = robotAnswer(host, answer)
    if (errcode === 0) return
    if (errcode === 45_009) throw rateLimited(host, 'errcode 45009', answer.retryAfterMs ?? defaultPauseMs)
    if (errcode === -1) throw new StewardError('alerts/unreachable', `${host} is busy (errcode -1); it is tried again.`)
    const advice = errcode === 93_000 ? 'the key in the address is not valid' : quoted(errmsg)
    throw new StewardError('alerts/refused', `${host} refused the message (errcode ${errcode}: ${advice}).`)
  },
})
