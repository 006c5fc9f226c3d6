import { createHash } from 'node:crypto'
import type { MailSettings } from '@steward/shared/api'
import { StewardError } from '@steward/shared/errors'
import { createTransport, type NodemailerError, type SendMailOptions } from 'nodemailer'
import { quoted } from './channels/answers.ts'
import type { Mail } from './channels/contract.ts'

const defaultTimeoutMs = 15_000

function idOf(text: string, domain: string): string {
  const token = /^[A-Za-z0-9._-]{1,120}$/.test(text)
    ? text
    : createHash('sha256').update(text).digest('hex').slice(0, 32)
  return `<${token}@${domain}>`
}

function optionsOf(mail: Mail, from: string): SendMailOptions {
  const domain = /@([^@\s<>]+)>?\s*$/.exec(from)?.[1] ?? 'steward.invalid'
  return {
    from,
    to: { name: '', address: mail.to },
    subject: mail.subject,
    text: mail.text,
    ...(mail.html === undefined ? {} : { html: mail.html }),
    ...(mail.messageId === undefined ? {} : { messageId: idOf(mail.messageId, domain) }),
    ...(mail.thread === undefined ? {} : { references: idOf(mail.thread, domain) }),
    headers: { 'Auto-Submitted': 'auto-generated', ...(mail.urgent === true ? { Importance: 'high' } : {}) },
    disableFileAccess: true,
    disableUrlAccess: true,
  }
}

/** What a failure means for the person who set up mail. The server's words are quoted: they are often the best clue. */
function explained(error: unknown, settings: MailSettings): StewardError {
  const server = `${settings.host}:${settings.port}`
  const cause: NodemailerError = error instanceof Error ? error : new Error(String(error))
  const { code = '', originalCode = '', responseCode, response } = cause
  const said = response === undefined ? '' : ` ("${quoted(response)}")`
  const refused = (what: string) => new StewardError('alerts/refused', `${server} ${what}`, { cause })
  if (code === 'EAUTH' || code === 'ENOAUTH') {
    return refused(`refuses the login${said}; correct user and password of the mail server.`)
  }
  if (code === 'ETLS' || /CERT|SSL|EPROTO/.test(originalCode)) {
    const why = originalCode === '' ? 'the handshake failed' : originalCode
    return refused(
      `cannot be spoken to with "${settings.security}" (${why}); correct the encryption or its certificate.`,
    )
  }
  if (responseCode !== undefined && responseCode >= 500 && responseCode !== 503) {
    return refused(`refuses the mail${said}; check the recipient's and the sender's address.`)
  }
  const why = said === '' ? ` (${quoted(cause.message)})` : said
  return new StewardError('alerts/unreachable', `${server} did not take the mail${why}; it is tried again.`, { cause })
}

/**
 * Sends one mail through the given server and waits for its answer. A connection per mail: alerts are few, and a kept
 * connection is the one that turns out to be dead at night.
 */
export async function sendMailThrough(
  settings: MailSettings,
  mail: Mail,
  timeoutMs: number = defaultTimeoutMs,
): Promise<void> {
  const transport = createTransport({
    host: settings.host,
    port: settings.port,
    secure: settings.security === 'tls',
    requireTLS: settings.security === 'starttls',
    ignoreTLS: settings.security === 'none',
    ...(settings.user === '' ? {} : { auth: { user: settings.user, pass: settings.password ?? '' } }),
    connectionTimeout: timeoutMs,
    greetingTimeout: timeoutMs,
    socketTimeout: timeoutMs,
    dnsTimeout: timeoutMs,
    socketCloseTimeout: 1000,
    maxResponseSize: 65_536,
    // A mail server on this machine is the most usual one.
    allowInternalNetworkInterfaces: true,
  })
  try {
    await transport.sendMail({ ...optionsOf(mail, settings.from), signal: AbortSignal.timeout(2 * timeoutMs) })
  } catch (error) {
    throw explained(error, settings)
  } finally {
    transport.close()
  }
}
