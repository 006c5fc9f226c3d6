import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { catalogue } from '@steward/shared/errors'
import { describe, expect, test } from 'vitest'
import { keysUsed, placeholdersOf, withoutPlural, wordsIn } from './words-check.ts'

const folder = join(import.meta.dirname, '..')
const read = (file: string): unknown => JSON.parse(readFileSync(join(import.meta.dirname, file), 'utf8'))
const english = wordsIn(read('en.json'))
const chinese = wordsIn(read('zh-cn.json'))
const names = (words: ReadonlyMap<string, string>): string[] =>
  [...new Set([...words.keys()].map(withoutPlural))].sort()

const sources = globSync('**/*.{ts,tsx}', { cwd: folder }).filter((it) => !it.endsWith('.test.ts'))
const used = keysUsed(sources.map((it) => readFileSync(join(folder, it), 'utf8')))

describe('the words of the app', () => {
  test('are there in both languages', () => {
    expect(names(chinese)).toEqual(names(english))
    expect(english.size).toBeGreaterThan(400)
  })

  test('have the plural forms that their language has', () => {
    const plural = [...english.keys()].filter((it) => it !== withoutPlural(it)).map(withoutPlural)
    for (const name of plural) {
      expect([english.has(`${name}_one`), english.has(`${name}_other`), chinese.has(`${name}_other`)], name).toEqual([
        true,
        true,
        true,
      ])
    }
    expect([...chinese.keys()].filter((it) => it.endsWith('_one'))).toEqual([])
  })

  test('have the same placeholders in both languages', () => {
    const of = (words: ReadonlyMap<string, string>, name: string): string[] =>
      placeholdersOf([...words].filter(([key]) => withoutPlural(key) === name).map(([, text]) => text))
    const different = names(english).filter((it) => of(english, it).join() !== of(chinese, it).join())
    expect(different).toEqual([])
  })

  test('none is empty', () => {
    const empty = [...english, ...chinese].filter(([, text]) => text.trim() === '').map(([key]) => key)
    expect(empty).toEqual([])
  })

  test('none is missing that the app asks for, and none is there that it does not', () => {
    const known = names(english)
    const missing = used.whole.filter((it) => !known.includes(it))
    const begun = used.beginnings.filter((it) => !known.some((name) => name.startsWith(it)))
    expect([...missing, ...begun]).toEqual([])
    const unused = known.filter(
      (it) => !used.whole.includes(it) && !used.beginnings.some((beginning) => it.startsWith(beginning)),
    )
    expect(unused).toEqual([])
  })

  test('every error of the hub can be said in both languages', () => {
    for (const [code, { en, zh }] of Object.entries(catalogue)) {
      expect(en.length, code).toBeGreaterThan(0)
      expect(/\p{Script=Han}/u.test(zh), code).toBe(true)
    }
  })
})

describe('the check itself', () => {
  test('finds keys in quotes, begun keys in templates, and nothing else', () => {
    const text = "t('a.b'), t(`c.$x`), t(isIt ? 'd.e' : 'f.g'), 'not a key', t(`h.$x.i`)".replaceAll('$x', '$' + '{x}')
    expect(keysUsed([text])).toEqual({ whole: ['a.b', 'd.e', 'f.g'], beginnings: ['c.', 'h.'] })
  })

  test('reads placeholders', () => {
    expect(placeholdersOf(['{{b}} of {{a}}', '{{a}}'])).toEqual(['a', 'b'])
  })
})
