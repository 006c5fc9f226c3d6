import type { AlertTarget } from '@steward/shared/api'
import type { AlertChannel } from './contract.ts'
import { dingtalk } from './dingtalk/index.ts'
import { email } from './email/index.ts'
import { webhook } from './webhook/index.ts'
import { wecom } from './wecom/index.ts'

/** Every alert channel. A new one: its folder, its schema in shared/src/api/alerts.ts, and its line here. */
export const channels: Readonly<Record<AlertTarget['channel'], AlertChannel>> = { email, webhook, wecom, dingtalk }
