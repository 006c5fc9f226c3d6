import { useCallback } from 'react'
import { CallError, catalogued } from '../api/call-error.ts'
import { useWords } from '../language/use-words.ts'

/** What went wrong for a person: a sentence in their language, and the hub's own line where it says more. */
export type ProblemShown = { title: string; detail: string | null }

const identityCodes = [
  'INVALID_EMAIL_OR_PASSWORD',
  'INVALID_PASSWORD',
  'INVALID_CODE',
  'INVALID_BACKUP_CODE',
  'INVALID_TWO_FACTOR_COOKIE',
  'TOO_MANY_ATTEMPTS_REQUEST_NEW_CODE',
  'ACCOUNT_TEMPORARILY_LOCKED',
  'INVALID_TOKEN',
  'PASSWORD_TOO_SHORT',
  'PASSWORD_TOO_LONG',
] as const

export function useProblem(): (error: unknown) => ProblemShown {
  const { t, language } = useWords()
  return useCallback(
    (error: unknown): ProblemShown => {
      if (!(error instanceof CallError)) return { title: t('problem.unexpected'), detail: null }
      if (error.kind === 'away') return { title: t('problem.away'), detail: t('problem.awayDo') }
      if (error.kind === 'unreadable') return { title: t('problem.unreadable'), detail: t('problem.unreadableDo') }
      const ofIdentity = identityCodes.find((it) => it === error.code)
      if (ofIdentity !== undefined) return { title: t(`problem.${ofIdentity}`), detail: null }
      if (error.status === 429) return { title: t('problem.tooMany'), detail: null }
      const title = catalogued(error.code, language)
      if (title === null) return { title: t('problem.refused'), detail: error.detail === '' ? null : error.detail }
      // The hub's line is more exact, and English; in English it takes the place of the sentence.
      if (language === 'en' && error.detail !== '') return { title: error.detail, detail: null }
      return { title, detail: error.detail === '' ? null : error.detail }
    },
    [t, language],
  )
}
