/** Chinese and English: one file of words each, loaded when it is needed; the choice is kept in this browser. */
import type { Language } from '@steward/shared/model'
import i18next from 'i18next'
import { initReactI18next } from 'react-i18next'
import { keep, kept } from '../kit/kept.ts'

const keptAs = 'steward-language'

export const languages: readonly { value: Language; name: string }[] = [
  { value: 'zh-CN', name: '简体中文' },
  { value: 'en', name: 'English' },
]

function isLanguage(value: string | null): value is Language {
  return value === 'zh-CN' || value === 'en'
}

/** What the person chose in this browser, or null. */
export function chosenLanguage(): Language | null {
  const value = kept(keptAs)
  return isLanguage(value) ? value : null
}

export async function startLanguage(): Promise<void> {
  const first = chosenLanguage() ?? (navigator.language.startsWith('zh') ? 'zh-CN' : 'en')
  await i18next.use(initReactI18next).init({
    lng: first,
    resources: { [first]: { translation: await wordsOf(first) } },
    fallbackLng: false,
    interpolation: { escapeValue: false },
    react: { useSuspense: false },
  })
  document.documentElement.lang = first
}

async function wordsOf(language: Language): Promise<object> {
  const words = language === 'en' ? await import('./en.json') : await import('./zh-cn.json')
  return words.default
}

/** Shows the app in a language; `remember` when it is the person's own choice. */
export async function showLanguage(language: Language, { remember }: { remember: boolean }): Promise<void> {
  if (remember) keep(keptAs, language)
  if (i18next.language === language) return
  if (!i18next.hasResourceBundle(language, 'translation')) {
    i18next.addResourceBundle(language, 'translation', await wordsOf(language))
  }
  await i18next.changeLanguage(language)
  document.documentElement.lang = language
}
