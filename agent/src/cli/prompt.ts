import { createInterface } from 'node:readline/promises'
import { Writable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { StewardError } from '@steward/shared/errors'

const silent = () => new Writable({ write: (_chunk, _encoding, done) => done() })

/** Asks at the terminal; with `hidden` nothing of the answer is shown. Throws `input/invalid` where there is no terminal. */
export async function ask(question: string, hidden: boolean): Promise<string> {
  if (process.stdin.isTTY !== true) {
    throw new StewardError('input/invalid', 'There is no terminal to ask at; give the values with --stdin.')
  }
  if (hidden) process.stderr.write(question)
  const output = hidden ? silent() : process.stderr
  const lines = createInterface({ input: process.stdin, output, terminal: true })
  const aborted = new Promise<never>((_resolve, reject) => {
    lines.once('SIGINT', () => reject(new StewardError('input/invalid', 'Given up; nothing was changed.')))
  })
  try {
    const answer = await Promise.race([lines.question(hidden ? '' : question), aborted])
    return answer
  } finally {
    lines.close()
    if (hidden) process.stderr.write('\n')
  }
}

const maxBytes = 4 * 1024 * 1024

/** All of standard input. */
export async function readStdin(): Promise<string> {
  const all = await text(process.stdin)
  if (all.length <= maxBytes) return all
  throw new StewardError('input/too-large', 'Standard input is larger than 4 MiB.')
}
