import type { PointValue } from '@steward/shared/model'
import { chineseState } from '@steward/shared/vocabulary'
import { useMemo } from 'react'
import { useWords } from '../language/use-words.ts'
import { writeValue } from './write-value.ts'

/** Writes a point's value in the language that is shown. */
export function useValue(): (value: PointValue, unit: string) => string {
  const { t, language } = useWords()
  return useMemo(() => {
    const formats = new Map<number, Intl.NumberFormat>()
    const words = {
      on: t('value.on'),
      off: t('value.off'),
      none: t('value.none'),
      state: (word: string): string => (language === 'en' ? word : chineseState(word)),
      number: (value: number, digits: number): string => {
        let format = formats.get(digits)
        if (format === undefined) {
          format = new Intl.NumberFormat(language, { minimumFractionDigits: 0, maximumFractionDigits: digits })
          formats.set(digits, format)
        }
        return format.format(value)
      },
    }
    return (value: PointValue, unit: string) => writeValue(value, unit, words)
  }, [t, language])
}
