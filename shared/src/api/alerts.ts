import { z } from 'zod'
import { FaultLevel, Instant, Language, Slug, Title } from '../model/index.ts'
import { pageOf } from './page.ts'

const Secret = z.string().min(8).max(500)
const HttpsUrl = z.url({ protocol: /^https?$/ }).max(500)

/** Where an alert goes; one schema per alert channel. Secrets are written, never read back. */
export const EmailTarget = z.object({ channel: z.literal('email'), to: z.email().max(254) })
export const WebhookTarget = z.object({ channel: z.literal('webhook'), url: HttpsUrl, secret: Secret.optional() })
/** WeCom 企业微信 group robot: the whole address holds its key. */
export const WecomTarget = z.object({ channel: z.literal('wecom'), url: HttpsUrl })
/** DingTalk 钉钉 group robot; `secret` where the robot asks for signatures. */
export const DingtalkTarget = z.object({ channel: z.literal('dingtalk'), url: HttpsUrl, secret: Secret.optional() })
export const AlertTarget = z.discriminatedUnion('channel', [EmailTarget, WebhookTarget, WecomTarget, DingtalkTarget])
export type AlertTarget = z.infer<typeof AlertTarget>

/** Who is alerted of what: faults at `minLevel` or worse at these sites (none listed: all). */
export const RecipientInput = z.object({
  name: Title,
  target: AlertTarget,
  minLevel: FaultLevel.default('L4'),
  sites: z.array(Slug).max(1000).default([]),
  language: Language.default('zh-CN'),
  enabled: z.boolean().default(true),
})
export type RecipientInput = z.infer<typeof RecipientInput>

/** PUT of a recipient; `target` left out: unchanged, since it is never read back. */
export const RecipientUpdate = RecipientInput.extend({ target: AlertTarget.optional() })
export type RecipientUpdate = z.infer<typeof RecipientUpdate>

/** `shown` is where it goes without its secrets: `https://qyapi.weixin.qq.com/…`, `a@b.example`. */
export const Recipient = RecipientInput.omit({ target: true }).extend({
  id: z.string(),
  channel: z.enum(['email', 'webhook', 'wecom', 'dingtalk']),
  shown: z.string(),
})
export type Recipient = z.infer<typeof Recipient>
export const RecipientList = pageOf(Recipient)

export const Delivery = z.object({
  id: z.string(),
  at: Instant,
  recipient: z.string(),
  channel: z.string(),
  fault: z.string().nullable(),
  event: z.enum(['opened', 'raised', 'closed', 'test']),
  state: z.enum(['pending', 'sent', 'failed']),
  attempts: z.int(),
  nextAttemptAt: Instant.nullable(),
  error: z.string().nullable(),
  /** the error's code, whose sentence the catalogue has in both languages */
  errorCode: z.string().nullable(),
})
export type Delivery = z.infer<typeof Delivery>
export const DeliveryList = pageOf(Delivery)

/** `code` is null when it was sent; otherwise the catalogue has its sentence in both languages. */
export const TestResult = z.object({ ok: z.boolean(), message: z.string(), code: z.string().nullable() })
export type TestResult = z.infer<typeof TestResult>

export const MailSettings = z.object({
  host: z.string().max(255),
  port: z.int().min(1).max(65_535).default(587),
  security: z.enum(['starttls', 'tls', 'none']).default('starttls'),
  user: z.string().max(255).default(''),
  /** write only; left out: unchanged */
  password: z.string().max(500).optional(),
  from: z.string().max(254),
})
export type MailSettings = z.infer<typeof MailSettings>
export const MailSettingsShown = MailSettings.omit({ password: true }).extend({ passwordSet: z.boolean() })
export type MailSettingsShown = z.infer<typeof MailSettingsShown>

/** Sends a test mail: by the settings given (not kept), else by those that are set. */
export const MailTestRequest = z.object({ to: z.email().max(254), settings: MailSettings.optional() })

/** An address that is asked every minute while the hub is well, so that its silence is noticed elsewhere. */
export const DeadManSettings = z.object({
  url: HttpsUrl.nullable(),
  intervalMs: z.int().min(10_000).max(3_600_000).default(60_000),
})
/** With how the last time went; null before the first. */
export const DeadManShown = DeadManSettings.extend({
  last: z.object({ at: Instant, error: z.string().nullable() }).nullable(),
})
export type DeadManSettings = z.infer<typeof DeadManSettings>
