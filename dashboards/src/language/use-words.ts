import type { Language, Text } from '@steward/shared/model'
import { useMemo } from 'react'
import { useTranslation } from 'react-i18next'

/** The words of the app and the ways to write figures in the language that is shown. */
export function useWords() {
  const { t, i18n } = useTranslation()
  const language: Language = i18n.language === 'en' ? 'en' : 'zh-CN'
  return useMemo(
    () => ({
      t,
      language,
      /** the hub's two-language sentences */
      say: (text: Text): string => (language === 'en' ? text.en : text.zh),
      /** `a, b and c` */
      list: (items: readonly string[]): string => new Intl.ListFormat(language, { type: 'conjunction' }).format(items),
      percent: (share: number): string =>
        new Intl.NumberFormat(language, {
          style: 'percent',
          maximumFractionDigits: share > 0.99 && share < 1 ? 2 : 1,
        }).format(share),
      count: (value: number): string => new Intl.NumberFormat(language).format(value),
    }),
    [t, language],
  )
}

export type Words = ReturnType<typeof useWords>
