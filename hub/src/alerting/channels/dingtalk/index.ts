/** Alert channel `dingtalk`: a group robot of DingTalk (钉钉), with or without signature. */
import { createHmac } from 'node:crypto'
import { DingtalkTarget } from '@steward/shared/api'
import { StewardError } from '@steward/shared/errors'
import type { AlertMessage } from '../../message/facts.ts'
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

const maxTextBytes = 16_000
/** Above 20 a minute the robot is barred for ten minutes. */
const barredMs = 600_000

/** The address with `timestamp` and `sign`: base64 HMAC-SHA256 of `timestamp\nsecret` under the secret. */
export function signedUrl(url: string, secret: string | undefined, nowMs: number): string {
  if (secret === undefined) return url
  const signed = new URL(url)
  signed.searchParams.set('timestamp', String(nowMs))
  signed.searchParams.set('sign', createHmac('sha256', secret).update(`${nowMs}\n${secret}`).digest('base64'))
  return signed.href
}

export function dingtalkBody(message: AlertMessage): Record<string, unknown> {
  const rows = message.rows.map((it) => `- **${it.label}** ${plainInMarkdown(it.value)}`)
  const link = message.link === null ? '' : `\n\n[${message.link.text}](${message.link.url})`
  // A robot may ask for a keyword in every message: this line always holds both names.
  const foot = `${link}\n\nSteward 管家`
  const text = [`### ${plainInMarkdown(message.title)}`, '', ...rows].join('\n')
  return {
    msgtype: 'markdown',
    markdown: { title: message.title, text: cutToBytes(text, maxTextBytes) + foot },
    at: { isAtAll: message.urgent },
  }
}

const advices: Readonly<Record<number, string>> = {
  300001: 'the access token in the address is not valid',
  310000: 'signature, keyword or address list of the robot do not fit; check its secret, or set the keyword Steward',
}

export const dingtalk = defineChannel({
  name: 'dingtalk',
  target: DingtalkTarget,
  pace: { messages: 18, perMs: 60_000 },
  shown: ({ url }) => `${new URL(url).origin}/…`,
  async send({ url, secret }, message, { egress, now }) {
    const { host } = new URL(url)
    const headers = { 'content-type': 'application/json; charset=utf-8' }
    const body = JSON.stringify(dingtalkBody(message))
    const answer = await egress.send(signedUrl(url, secret, now()), { headers, body })
    checkStatus(host, answer)
    const { errcode, errmsg } = robotAnswer(host, answer)
    if (errcode === 0) return
    if (errcode === 130_101) throw rateLimited(host, 'errcode 130101', barredMs)
    if (errcode === 410_100) throw rateLimited(host, 'errcode 410100', defaultPauseMs)
    if (errcode === -1) throw new StewardError('alerts/unreachable', `${host} is busy (errcode -1); it is tried again.`)
    const advice = advices[errcode] ?? quoted(errmsg)
    throw new StewardError('alerts/refused', `${host} refused the message (errcode ${errcode}: ${advice}).`)
  },
})
