/** How a device's video is set, by Media 1 (ver10) or Media 2 (ver20), whichever tells more. */
import type { ServicePath } from './client.ts'
import { type MediaProfile, profilesOf, questions, uriOf, withEncoders } from './operations.ts'
import type { Services } from './services.ts'
import type { XmlNode } from './soap.ts'

type AskFor = (service: ServicePath, question: string, what: string) => Promise<XmlNode | null>

export type Media = { at: ServicePath; isSecond: boolean; profiles: MediaProfile[] }

/** A recorder has two or three for each of its channels. */
const maxProfiles = 128

/**
 * Media 2 is asked where it is offered, for only it knows of H.265; it counts where it tells of more profiles with an encoder than
 * Media 1 does. `ask` notes what failed, `tryAsk` does not. Null: there is none that answers.
 */
export async function findMedia(
  ask: AskFor,
  tryAsk: (service: ServicePath, question: string) => Promise<XmlNode | null>,
  { media1, media2 }: Services,
): Promise<Media | null> {
  const first = media1 === null ? null : await ask(media1, questions.profiles, 'video')
  const one = first === null ? [] : profilesOf(first).slice(0, maxProfiles)
  const asked = media2 === null ? null : await (media1 === null ? ask : tryAsk)(media2, questions.profiles2, 'video')
  const two = asked === null || media2 === null ? [] : await encodersOf(tryAsk, media2, asked)
  if (media2 !== null && asked !== null && (first === null || two.length > one.length))
    return { at: media2, isSecond: true, profiles: two.slice(0, maxProfiles) }
  return media1 === null || first === null ? null : { at: media1, isSecond: false, profiles: one }
}

/** Some devices tell of a profile only which encoder it has; how that one is set stands in a list of its own. */
async function encodersOf(
  tryAsk: (service: ServicePath, question: string) => Promise<XmlNode | null>,
  at: ServicePath,
  listed: XmlNode,
): Promise<MediaProfile[]> {
  const profiles = profilesOf(listed)
  if (profiles.every((it) => it.codec !== '')) return profiles
  const encoders = await tryAsk(at, questions.encoders2)
  return encoders === null ? profiles : withEncoders(profiles, encoders)
}

/** The addresses of the first profile's picture and stream; empty where it tells none. */
export async function addressesOf(
  ask: AskFor,
  { at, isSecond, profiles: [main] }: Media,
): Promise<{ snapshot: string; stream: string }> {
  if (main === undefined) return { snapshot: '', stream: '' }
  const uri = async (question: string, what: string): Promise<string> => {
    const answer = await ask(at, question, what)
    return answer === null ? '' : uriOf(answer)
  }
  const { snapshotUri, snapshotUri2, streamUri, streamUri2 } = questions
  return {
    snapshot: await uri((isSecond ? snapshotUri2 : snapshotUri)(main.token), 'snapshot'),
    stream: await uri((isSecond ? streamUri2 : streamUri)(main.token), 'rtsp'),
  }
}
