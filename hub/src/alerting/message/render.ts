import type { Language } from '@steward/shared/model'
import type { AlertFacts, AlertMessage } from './facts.ts'
import { siteTime, span } from './time.ts'
import { type AlertWords, closedMark, levelMarks, wordsOf } from './words.ts'

/** An alert that goes out this long after it was decided says so. */
const lateAfterMs = 5 * 60_000

type Context = {
  id: string
  language: Language
  /** the hub's address as people open it, without a slash at its end */
  publicUrl: string
  decidedAt: number
  now: number
}

/** A reason comes from an agent: one line, and not longer than a phone shows. */
function oneLine(text: string): string {
  const line = text.replace(/[\p{Cc}\s]+/gu, ' ').trim()
  return line.length > 600 ? `${line.slice(0, 599)}…` : line
}

function whatIsIt(facts: AlertFacts, words: AlertWords): string {
  const [first] = facts.devices
  if (first === undefined) return words.siteSilent
  return facts.deviceCount > 1 ? words.andMore(first.name, facts.deviceCount - 1) : first.name
}

function titleOf(facts: AlertFacts, words: AlertWords): string {
  const level = words.levels[facts.level]
  const what = whatIsIt(facts, words)
  if (facts.event === 'closed') {
    const lasted = span((facts.closedAt ?? facts.openedAt) - facts.openedAt, words)
    return `${closedMark} ${words.restored} · ${facts.site.name} · ${what}${words.closedTitle(level, lasted)}`
  }
  const from = facts.event === 'raised' ? facts.previousLevel : null
  const head = from === null ? level : words.raised(from, facts.level)
  const affected = facts.affected > 0 ? ` · ${words.affectedTitle(facts.affected)}` : ''
  return `${levelMarks[facts.level]} ${head} · ${facts.site.name} · ${what}${affected}`
}

function rowsOf(facts: AlertFacts, words: AlertWords, context: Context): AlertMessage['rows'] {
  const { labels } = words
  const time = (at: number) => siteTime(at, facts.site.timezone)
  const rows = [
    { label: labels.level, value: words.explained(words.levels[facts.level], words.meanings[facts.level]) },
    { label: labels.site, value: words.named(facts.site.name, facts.site.id) },
  ]
  if (facts.devices.length > 0) {
    const names = facts.devices.map((it) => words.named(it.name, it.id))
    rows.push({ label: labels.device, value: words.listMore(names, facts.deviceCount - names.length) })
  }
  rows.push({ label: labels.kind, value: words.kinds[facts.kind] })
  const reason = oneLine(context.language === 'en' ? facts.reason.en : facts.reason.zh)
  if (reason !== '') rows.push({ label: labels.reason, value: reason })
  rows.push({ label: labels.since, value: time(facts.openedAt) })
  if (facts.closedAt !== null) {
    const lasted = span(facts.closedAt - facts.openedAt, words)
    rows.push({ label: labels.closed, value: words.lasted(time(facts.closedAt), lasted) })
  }
  if (facts.affected > 0) rows.push({ label: labels.affected, value: words.devices(facts.affected) })
  if (facts.stillOpen.length > 0) {
    const open = facts.stillOpen.map((it) => `${words.named(it.name, it.id)} ${it.level}`)
    rows.push({ label: labels.open, value: words.listMore(open, 0) })
  }
  if (context.now - context.decidedAt > lateAfterMs) {
    rows.push({ label: labels.late, value: words.late(time(context.decidedAt)) })
  }
  return rows
}

/** The alert in the recipient's language. Pure: the same facts at the same time give the same text. */
export function renderAlert(facts: AlertFacts, context: Context): AlertMessage {
  const words = wordsOf[context.language]
  return {
    id: context.id,
    event: facts.event,
    language: context.language,
    level: facts.level,
    title: titleOf(facts, words),
    rows: rowsOf(facts, words, context),
    link: { url: `${context.publicUrl}/faults/${encodeURIComponent(facts.fault)}`, text: words.link },
    urgent: facts.level === 'L1' && facts.event !== 'closed',
    facts,
  }
}

/** What "send a test" sends. */
export function renderTest(context: {
  id: string
  language: Language
  publicUrl: string
  recipient: string
}): AlertMessage {
  const { test } = wordsOf[context.language]
  return {
    id: context.id,
    event: 'test',
    language: context.language,
    level: null,
    title: `🔔 Steward · ${test.title}`,
    rows: [{ label: test.label, value: test.text(context.recipient, new URL(context.publicUrl).host) }],
    link: null,
    urgent: false,
    facts: null,
  }
}

/** The mail with which mail settings are tried; whoever reads it may know either language. */
export function mailTest(): { subject: string; text: string } {
  return {
    subject: '🔔 Steward · 邮件测试 / Mail test',
    text: '邮件设置有效，告警可以通过邮件送达。\nThe mail settings work; alerts can be sent by mail.',
  }
}

/** The whole message as plain text; `cut` shortens all but the link. */
export function plainText(
  message: AlertMessage,
  cut: (text: string, besideBytes: number) => string = (it) => it,
): string {
  const colon = message.language === 'en' ? ': ' : '：'
  const rows = message.rows.map((it) => `${it.label}${colon}${it.value}`)
  const link = message.link === null ? '' : `\n\n${message.link.text}${colon}${message.link.url}`
  return cut([message.title, '', ...rows].join('\n'), Buffer.byteLength(link)) + link
}
