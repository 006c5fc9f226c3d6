import type { PointNow } from '@steward/shared/api'
import { chineseOf } from '@steward/shared/vocabulary'
import { useMemo } from 'react'
import { useWords } from '../language/use-words.ts'

type Named = Pick<PointNow, 'name' | 'instance'>

/** Says in the language that is shown what a point is called, with which of many it is: `Traffic in · 3`. */
export function usePointName(): (point: Named) => string {
  const { language } = useWords()
  return useMemo(() => {
    const inLanguage = language === 'en' ? (name: string) => name : chineseOf
    return ({ name, instance }) =>
      instance === '' || name.includes(instance) ? inLanguage(name) : `${inLanguage(name)} · ${instance}`
  }, [language])
}
