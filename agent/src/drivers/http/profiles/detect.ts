/** Which profile fits a device: each place is asked once, whoever wants to know. */
import type { Limits } from '../../contract.ts'
import type { Answer, Ask } from '../questions.ts'
import { matched, textAt } from './rows.ts'
import type { HttpProfile } from './schema.ts'

export type Fit = { profile: HttpProfile; proof: string; answer: Answer }

/** Null: none fits. An answer: why that could not be found out, silence or a missing login. Throws what `ask` throws. */
export async function detect(
  profiles: readonly HttpProfile[],
  ask: Ask,
  limits: Limits,
): Promise<Fit | { unknown: Answer & { kind: 'silent' | 'closed' } } | null> {
  const answers = new Map<string, Answer>()
  let unknown: { unknown: Answer & { kind: 'closed' } } | null = null
  for (const profile of profiles)
    for (const { path, at, match } of profile.detect) {
      const answer = answers.get(path) ?? (await ask(path, limits))
      answers.set(path, answer)
      // A server that does not answer strange questions shall not be asked more of them.
      if (answer.kind === 'silent') return { unknown: { ...answer, kind: answer.kind } }
      if (answer.kind === 'closed') unknown ??= { unknown: { ...answer, kind: answer.kind } }
      if (answer.kind !== 'document') continue
      const text = textAt(answer.document, answer.document.root, at)
      if (text === null || text === '') continue
      if (match === undefined || matched(text, match) !== null) return { profile, proof: path, answer }
    }
  return unknown
}
