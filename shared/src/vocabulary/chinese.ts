import words from './zh-cn.json' with { type: 'json' }

const terms = new Map(Object.entries(words.terms))
const states = new Map(Object.entries(words.states))
const stateWords = new Map([...terms, ...states])
const longestTerm = Math.max(...Object.keys(words.terms).map((it) => it.split(' ').length))

/** Parts that name and do not describe: numbers, phases, model codes, what has more capitals than a word. */
const code = /^(?:[\d.,:/#-]+|[A-Za-z]{0,3}\d[\w./:-]*|[A-Z][A-Z\d]*)$/

/**
 * A name of a point in Chinese: `Battery temperature` → `电池温度`, `Power of all phases · 2` → `各相合计功率 · 2`. Parts
 * between ` · ` are taken each by itself; one with a word that is not known stays as it is, for half a translation is none.
 */
export function chineseOf(name: string): string {
  return name
    .split(' · ')
    .map((it) => partOf(it.trim()) ?? it)
    .join(' · ')
}

/** A word of a state in Chinese, or as it is where it is not known. */
export function chineseState(word: string): string {
  return states.get(word.toLowerCase()) ?? inOrder(word.split(/\s+/), stateWords) ?? word
}

function partOf(part: string): string | null {
  const known = terms.get(part.toLowerCase())
  if (known !== undefined) return known
  const span = /^(.+) over (\d+) (s|min|h)$/.exec(part)
  if (span !== null)
    return joined(partOf(span[1] ?? ''), `（${span[2]} ${{ s: '秒', min: '分钟', h: '小时' }[span[3] ?? '']}）`)
  // English says the whole last, Chinese first.
  const of = /^(.+?) (?:of|in|at|from) (?:the |an? )?(.+)$/.exec(part)
  if (of !== null) return joined(partOf(of[2] ?? ''), partOf(of[1] ?? ''))
  return inOrder(
    withNumbersApart(part)
      .split(/\s+/)
      .filter((it) => it !== '' && !/^(?:the|an?)$/i.test(it)),
  )
}

/** `voltage1` is the voltage of number 1, where the word is known. */
function withNumbersApart(part: string): string {
  return part.replace(/([A-Za-z]+)(\d+)\b/g, (all, word: string, number: string) =>
    terms.has(word.toLowerCase()) ? `${word} ${number}` : all,
  )
}

function joined(first: string | null, second: string | null): string | null {
  return first === null || second === null ? null : spaced([first, second])
}

/** Word by word, the longest known term first. */
function inOrder(tokens: readonly string[], known: ReadonlyMap<string, string> = terms): string | null {
  const found: string[] = []
  for (let at = 0; at < tokens.length; ) {
    const taken = termAt(tokens, at, known)
    if (taken === null) return null
    found.push(taken.text)
    at += taken.length
  }
  // A line of codes alone is a name of its own.
  return found.length > 0 && found.some((it) => /\p{Script=Han}/u.test(it)) ? spaced(found) : null
}

function termAt(
  tokens: readonly string[],
  at: number,
  known: ReadonlyMap<string, string>,
): { text: string; length: number } | null {
  for (let length = Math.min(longestTerm, tokens.length - at); length > 0; length -= 1) {
    const text = known.get(
      tokens
        .slice(at, at + length)
        .join(' ')
        .toLowerCase(),
    )
    if (text !== undefined) return { text, length }
  }
  const token = tokens[at] ?? ''
  return code.test(token) ? { text: token, length: 1 } : null
}

/** A space where Han and Latin letters meet, none between Han. */
function spaced(parts: readonly string[]): string {
  return parts.reduce((text, it) => (isWide(text.at(-1)) && isWide(it.at(0)) ? text + it : `${text} ${it}`))
}

function isWide(letter = ''): boolean {
  return /[\p{Script=Han}（）]/u.test(letter)
}
