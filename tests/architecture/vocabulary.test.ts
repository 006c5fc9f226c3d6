/** How much of what profiles call their points and states reads in Chinese. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { chineseOf, chineseState } from '@steward/shared/vocabulary'
import { expect, test } from 'vitest'
import { parse } from 'yaml'

const folder = join(import.meta.dirname, '..', '..', 'agent', 'profiles')
const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((it) => it.endsWith('.yaml'))

function collect(value: unknown, found: { titles: Set<string>; states: Set<string> }): void {
  if (value === null || typeof value !== 'object') return
  for (const [key, inner] of Object.entries(value)) {
    if (key === 'title' && typeof inner === 'string') found.titles.add(inner)
    if (key === 'states' && inner !== null && typeof inner === 'object')
      for (const word of Object.values(inner)) if (typeof word === 'string') found.states.add(word)
    collect(inner, found)
  }
}

function wordsOf(names: readonly string[]): { titles: string[]; states: string[] } {
  const found = { titles: new Set<string>(), states: new Set<string>() }
  for (const it of names) collect(parse(readFileSync(join(folder, it), 'utf8')), found)
  return { titles: [...found.titles], states: [...found.states] }
}

/** Codes are the same in both languages. */
const isEnglish = (text: string): boolean => /[a-z]{3}/.test(text)
const untold = (titles: string[]) => titles.filter((it) => isEnglish(it) && chineseOf(it) === it)

test('every title of the standard profiles reads in Chinese', () => {
  expect(untold(wordsOf(files.filter((it) => it.startsWith('standard'))).titles)).toEqual([])
})

test('and four in five of all: some makers name theirs by abbreviations', () => {
  const { titles } = wordsOf(files)
  expect(titles.length).toBeGreaterThan(100)
  expect(untold(titles).length / titles.length).toBeLessThan(0.2)
})

test('every state of the standard profiles, and most of all', () => {
  const english = (words: string[]) => words.filter((it) => isEnglish(it) && chineseState(it) === it)
  expect(english(wordsOf(files.filter((it) => it.startsWith('standard'))).states)).toEqual([])
  const { states } = wordsOf(files)
  expect(english(states).length / states.length).toBeLessThan(0.35)
})
