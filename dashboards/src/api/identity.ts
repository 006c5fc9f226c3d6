/** Better Auth's own addresses: who a person is. Sessions are cookies that no script can read. */
import { z } from 'zod'
import { call } from './call.ts'

const auth = (path: string): string => `/api/auth/${path}`
/** We need of most answers only that they came. */
const Done = z.unknown()
const SignedIn = z.object({ twoFactorRedirect: z.boolean().default(false) })
const SecondFactor = z.object({ totpURI: z.string(), backupCodes: z.array(z.string()) })

/** Resolves to whether a code of the second factor is asked for. */
export async function signIn(it: { email: string; password: string }): Promise<{ needsCode: boolean }> {
  const answer = await call('POST', auth('sign-in/email'), { answer: SignedIn, body: { ...it, rememberMe: true } })
  return { needsCode: answer.twoFactorRedirect }
}

export const verifyCode = (code: string, trustDevice: boolean) =>
  call('POST', auth('two-factor/verify-totp'), { answer: Done, body: { code, trustDevice } })

export const verifyBackupCode = (code: string) =>
  call('POST', auth('two-factor/verify-backup-code'), { answer: Done, body: { code } })

export const signOut = () => call('POST', auth('sign-out'), { answer: Done, body: {} })

export const askForReset = (email: string) =>
  call('POST', auth('request-password-reset'), { answer: Done, body: { email } })

export const resetPassword = (token: string, newPassword: string) =>
  call('POST', auth('reset-password'), { answer: Done, body: { token, newPassword } })

export const changePassword = (currentPassword: string, newPassword: string) =>
  call('POST', auth('change-password'), {
    answer: Done,
    body: { currentPassword, newPassword, revokeOtherSessions: true },
  })

/** Begins the second factor: it holds once a first code was verified. */
export const beginSecondFactor = (password: string) =>
  call('POST', auth('two-factor/enable'), { answer: SecondFactor, body: { password } })

export const endSecondFactor = (password: string) =>
  call('POST', auth('two-factor/disable'), { answer: Done, body: { password } })
