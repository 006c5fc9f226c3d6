/** `steward agent communities`: SNMP communities that a search may try. */
import { StewardError } from '@steward/shared/errors'
import { Command } from 'commander'
import type { Environment } from '../main.ts'
import { appendAudit } from '../support/index.ts'
import { Communities, readCommunities, removeCommunities, writeCommunities } from '../vault/index.ts'
import { dataOption } from './options.ts'
import { ask, readStdin } from './prompt.ts'
import { say, when } from './say.ts'

type Options = { data: string }

export function communitiesCommand(environment: Environment): Command {
  const data = () => dataOption(environment)
  const set = new Command('set')
    .description('enter them; they stay on this machine, encrypted, and never go to the hub')
    .addOption(data())
    .option('--stdin', 'read them from standard input, one a line', false)
    .addHelpText(
      'after',
      `
A search tries each of them, after "public", at every address of the network: whoever listens there can read them. Enter those
for reading only. The password of a device that is looked after is another thing: steward agent secret set.

Examples:
  steward agent communities set
  printf 'building-ro\\n' | steward agent communities set --stdin`,
    )
    .action((options: Options & { stdin: boolean }) => setAll(options, environment))
  const show = new Command('show')
    .description('how many there are; their words are never shown')
    .addOption(data())
    .action((options: Options) => showCount(options, environment))
  const clear = new Command('clear')
    .description('forget them')
    .addOption(data())
    .action((options: Options) => clearAll(options, environment))
  const command = new Command('communities').description('SNMP communities that a search may try: set, show, clear')
  for (const it of [set, show, clear]) command.addCommand(it)
  return command
}

async function setAll({ data, stdin }: Options & { stdin: boolean }, environment: Environment): Promise<void> {
  const lines = stdin ? (await readStdin()).split(/\r?\n/) : await askForWords(environment)
  const words = Communities.safeParse([...new Set(lines.filter((it) => it !== ''))])
  if (!words.success) throw new StewardError('input/invalid', 'Enter 1 to 10 communities of at most 255 characters.')
  const now = Date.now()
  writeCommunities(data, words.data, now)
  const count = words.data.length
  appendAudit(data, { at: now, action: 'communities/set', who: environment.user, detail: { count } })
  say(environment.language, {
    en: `Kept, encrypted: ${count}. The next search tries them.`,
    zh: `已加密保存 ${count} 个，下次搜索时使用。`,
  })
}

async function askForWords({ language }: Environment): Promise<string[]> {
  const words: string[] = []
  for (;;) {
    const question = language === 'zh' ? '团体名（留空结束）：' : 'Community (nothing: done): '
    const word = await ask(question, true)
    if (word === '') return words
    words.push(word)
  }
}

function showCount({ data }: Options, { language }: Environment): void {
  const { words, setAt } = readCommunities(data)
  const shown =
    setAt === null
      ? { en: 'None; a search tries "public".', zh: '未设置，搜索时使用 public。' }
      : {
          en: `${words.length}, set ${when(setAt)}; a search tries "public" and these.`,
          zh: `${words.length} 个，设置于 ${when(setAt)}；搜索时使用 public 和这些团体名。`,
        }
  say(language, shown)
}

function clearAll({ data }: Options, { language, user }: Environment): void {
  if (!removeCommunities(data)) throw new StewardError('input/not-found', 'There are no communities here.')
  appendAudit(data, { at: Date.now(), action: 'communities/removed', who: user, detail: {} })
  say(language, { en: 'Forgotten.', zh: '已删除。' })
}
