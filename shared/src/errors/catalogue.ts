import type { NextStep } from './steward-error.ts'

type Entry = { next: NextStep; status?: number; en: string; zh: string }

/**
 * Every error code: `area/what`. `next` says what the program or the person does next, `status` the HTTP status where
 * the hub answers with it (500 where left out). The sentences are for people and head the documentation of each code.
 */
export const catalogue = {
  'input/invalid': {
    next: 'reconfigure',
    status: 400,
    en: 'The input does not have the right shape.',
    zh: '输入内容格式不正确。',
  },
  'input/too-large': {
    next: 'reconfigure',
    status: 413,
    en: 'The input is larger than allowed.',
    zh: '输入内容超过允许的大小。',
  },
  'input/conflict': {
    next: 'reconfigure',
    status: 409,
    en: 'Something else already has this name or state.',
    zh: '与已有的名称或状态冲突。',
  },
  'input/not-found': {
    next: 'give-up',
    status: 404,
    en: 'There is no such thing, or it is not yours to see.',
    zh: '不存在，或无权查看。',
  },
  'access/unauthenticated': {
    next: 'reconfigure',
    status: 401,
    en: 'Sign in, or give a valid key.',
    zh: '请登录，或提供有效的密钥。',
  },
  'access/forbidden': {
    next: 'give-up',
    status: 403,
    en: 'Your role does not allow this.',
    zh: '您的角色无权执行此操作。',
  },
  'access/last-administrator': {
    next: 'give-up',
    status: 409,
    en: 'The last administrator cannot be removed.',
    zh: '不能移除最后一位管理员。',
  },
  'access/too-many-requests': {
    next: 'retry',
    status: 429,
    en: 'Too many requests; wait a little.',
    zh: '请求过于频繁，请稍候再试。',
  },
  'enrolment/token-invalid': {
    next: 'reconfigure',
    status: 401,
    en: 'The enrolment token is not valid; make a new one at the hub.',
    zh: '注册令牌无效，请在中心重新生成。',
  },
  'enrolment/token-used': {
    next: 'reconfigure',
    status: 409,
    en: 'The enrolment token has been used; make a new one at the hub.',
    zh: '注册令牌已被使用，请在中心重新生成。',
  },
  'enrolment/token-expired': {
    next: 'reconfigure',
    status: 410,
    en: 'The enrolment token has expired (15 minutes); make a new one at the hub.',
    zh: '注册令牌已过期（15 分钟），请在中心重新生成。',
  },
  'fleet/agent-revoked': {
    next: 'give-up',
    status: 403,
    en: 'This agent was revoked at the hub.',
    zh: '该代理已被中心吊销。',
  },
  'fleet/agent-away': { next: 'retry', status: 503, en: 'The agent is not connected now.', zh: '代理当前未连接。' },
  'fleet/clock-wrong': {
    next: 'reconfigure',
    en: "The clock of the agent's machine is wrong; its times are corrected by the difference.",
    zh: '代理主机的时钟不准；其时间已按差值校正。',
  },
  'fleet/hub-not-trusted': {
    next: 'give-up',
    en: 'The hub is not the one this agent was enrolled at.',
    zh: '该中心不是代理注册时的中心。',
  },
  'uplink/unreachable': {
    next: 'retry',
    en: 'The hub cannot be reached; what is recorded is kept and sent later.',
    zh: '无法连接中心；已记录的数据会保留并稍后发送。',
  },
  'driver/timeout': { next: 'retry', en: 'The device did not answer in time.', zh: '设备未在规定时间内应答。' },
  'driver/unreachable': { next: 'retry', en: 'The device could not be reached.', zh: '无法连接设备。' },
  'listener/port': {
    next: 'reconfigure',
    en: 'A port cannot be listened to for messages of devices.',
    zh: '无法在该端口上接收设备消息。',
  },
  'listener/stranger': {
    next: 'reconfigure',
    en: 'Messages come from an address that is no device of the site.',
    zh: '收到的消息来自不属于本站点设备的地址。',
  },
  'listener/refused': {
    next: 'reconfigure',
    en: 'Messages of a device are not taken: its credentials are others.',
    zh: '设备消息未被接受：其凭据与配置不符。',
  },
  'driver/refused-credentials': {
    next: 'reconfigure',
    en: 'The device refuses the credentials.',
    zh: '设备拒绝了所用的凭据。',
  },
  'driver/protocol': {
    next: 'retry',
    en: 'The device answered something that the protocol does not allow.',
    zh: '设备的应答不符合协议。',
  },
  'driver/no-secret': {
    next: 'reconfigure',
    en: 'No password is set for this device; set one at the agent.',
    zh: '尚未设置该设备的密码，请在代理端设置。',
  },
  'config/invalid-item': {
    next: 'reconfigure',
    en: 'This item of the configuration is wrong and is left out.',
    zh: '该配置项有误，已停用。',
  },
  'config/address-not-allowed': {
    next: 'reconfigure',
    en: 'The address is outside the networks that were allowed at enrolment.',
    zh: '该地址不在注册时允许的网段内。',
  },
  'support/no-grant': {
    next: 'reconfigure',
    status: 403,
    en: 'No grant at the agent covers this device, port and time.',
    zh: '代理端没有覆盖该设备、端口和时间的授权。',
  },
  'support/target-not-allowed': {
    next: 'give-up',
    status: 403,
    en: 'This address is never dialled.',
    zh: '该地址不允许连接。',
  },
  'support/device-unreachable': {
    next: 'retry',
    status: 502,
    en: 'The agent could not connect to the device.',
    zh: '代理无法连接该设备。',
  },
  'support/too-many-streams': {
    next: 'retry',
    status: 429,
    en: 'Too many tunnels or connections at once; close some first.',
    zh: '同时打开的隧道或连接过多，请先关闭一些。',
  },
  'alerts/address-not-allowed': {
    next: 'reconfigure',
    status: 400,
    en: 'Alerts are never sent to this address (the hub itself, link-local or metadata).',
    zh: '不允许向该地址发送告警（中心本机、链路本地或元数据地址）。',
  },
  'alerts/unreachable': {
    next: 'retry',
    status: 502,
    en: 'The receiving server could not be reached or did not answer in time.',
    zh: '无法连接接收方服务器，或其未在规定时间内应答。',
  },
  'alerts/rate-limited': {
    next: 'retry',
    status: 429,
    en: 'The receiving server asks to send more slowly.',
    zh: '接收方服务器要求降低发送频率。',
  },
  'alerts/refused': {
    next: 'reconfigure',
    status: 502,
    en: 'The receiving server refuses the message; correct the recipient or its secret.',
    zh: '接收方服务器拒绝了消息，请更正接收人或其密钥。',
  },
  'alerts/mail-not-set': {
    next: 'reconfigure',
    status: 409,
    en: 'No mail server is set; enter it under Alerts, Mail.',
    zh: '尚未设置邮件服务器，请在“告警 → 邮件”中填写。',
  },
  'outbox/full': {
    next: 'reconfigure',
    en: 'The outbox is full; the oldest samples were dropped.',
    zh: '发件箱已满，最旧的采样已被丢弃。',
  },
  'system/port-in-use': { next: 'reconfigure', en: 'The port is in use.', zh: '端口已被占用。' },
  'system/data-folder': { next: 'reconfigure', en: 'The data folder cannot be written.', zh: '数据目录不可写。' },
  'system/internal': {
    next: 'retry',
    status: 500,
    en: 'Something went wrong inside; it is in the log.',
    zh: '内部错误，详情见日志。',
  },
} as const satisfies Record<string, Entry>

export type ErrorCode = keyof typeof catalogue
