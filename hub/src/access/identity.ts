/** Better Auth, for identity only: password, TOTP, sessions, reset. Who may do what is ours (principal.ts). */

import { betterAuth } from 'better-auth'
import { getMigrations } from 'better-auth/db/migration'
import { twoFactor } from 'better-auth/plugins'
import type { Kysely } from 'kysely'

export type Mail = { to: string; subject: string; text: string }
/** Rejects when no mail can be sent; the caller decides whether that is told. */
export type SendMail = (mail: Mail) => Promise<void>

export type IdentityOptions = {
  db: Kysely<unknown>
  secret: string
  /** the origin that people open, `https://hub.example:8443` */
  origin: string
  trustedOrigins: readonly string[]
  sendMail: SendMail
  /** what Better Auth has to say */
  onLog: (level: 'debug' | 'info' | 'warn' | 'error', message: string) => void
  onMailFailure: (error: unknown) => void
  onPasswordReset: (person: { id: string; email: string }) => Promise<void>
}

export type Identity = Awaited<ReturnType<typeof createIdentity>>

export async function createIdentity(options: IdentityOptions) {
  const auth = betterAuth({
    appName: 'Steward',
    baseURL: options.origin,
    basePath: '/api/auth',
    secret: options.secret,
    trustedOrigins: [...options.trustedOrigins],
    database: { db: options.db, type: 'sqlite', transaction: true },
    emailAndPassword: {
      enabled: true,
      disableSignUp: true,
      minPasswordLength: 12,
      maxPasswordLength: 200,
      resetPasswordTokenExpiresIn: 3600,
      revokeSessionsOnPasswordReset: true,
      // Not awaited: the answer must not tell by its time whether the address is known.
      sendResetPassword: async ({ user, token }) => {
        options.sendMail(resetMail(options.origin, user.email, token)).catch(options.onMailFailure)
      },
      onPasswordReset: async ({ user }) => options.onPasswordReset(user),
    },
    session: { expiresIn: 7 * 86_400, updateAge: 86_400 },
    advanced: {
      useSecureCookies: true,
      defaultCookieAttributes: { httpOnly: true, secure: true, sameSite: 'lax' },
      ipAddress: { ipAddressHeaders: ['x-steward-peer'] },
    },
    // The routes have limits of their own (identity-routes.ts), one count a hub and not a process.
    rateLimit: { enabled: false },
    plugins: [twoFactor({ issuer: 'Steward' })],
    telemetry: { enabled: false },
    logger: { log: options.onLog },
  })
  await (await getMigrations(auth.options)).runMigrations()
  return auth
}

/** The secret goes into the fragment, which no server and no log sees. */
function resetMail(origin: string, to: string, token: string): Mail {
  return {
    to,
    subject: '重置密码 / Reset your password · Steward',
    text: [
      `${origin}/reset#${token}`,
      '',
      '一小时内有效。如果不是您本人操作，请忽略此邮件。',
      'Valid for one hour. If you did not ask for this, ignore this mail.',
    ].join('\n'),
  }
}
