/** What a camera is and how it is set up: asked at the first poll and now and then again. */
import { isStewardError, StewardError } from '@steward/shared/errors'
import type { Identity } from '@steward/shared/model'
import type { Limits } from '../contract.ts'
import type { OnvifClient, ServicePath } from './client.ts'
import {
  capabilitiesOf,
  identityOf,
  type MediaProfile,
  macOf,
  profilesOf,
  questions,
  servicesOf,
  uriOf,
} from './operations.ts'
import { ownAddress } from './own-address.ts'
import type { XmlNode } from './soap.ts'

export type Own = { address: string; port: number }

export type Camera = {
  identity: Identity
  profiles: MediaProfile[]
  /** a question that is answered only to whoever may see pictures, to find out whether the password still holds */
  proof: { service: ServicePath; question: string }
  snapshot: ServicePath | null
  /** it is made to look elsewhere (PTZ), so that its view says nothing */
  turns: boolean
  /** the main stream, by RTSP */
  stream: ServicePath | null
  errors: { point: string; message: string }[]
}

const rtspPort = 554
/** A recorder has two or three for each of its channels. */
const maxProfiles = 128

/** Throws StewardError when it does not answer or refuses; an operation that only fails loses what it would have told. */
export async function learnCamera(client: OnvifClient, own: Own, device: ServicePath, limits: Limits): Promise<Camera> {
  const errors: Camera['errors'] = []
  const ask = async (service: ServicePath, question: string, what: string): Promise<XmlNode | null> => {
    try {
      return await client.call(service, question, limits)
    } catch (error) {
      if (!isStewardError(error, 'driver/protocol')) throw error
      errors.push({ point: what, message: error.message })
      return null
    }
  }
  const information = await ask(device, questions.information, 'identity')
  const media = await findMedia(ask, own, device)
  const listing = media?.isSecond ? questions.profiles2 : questions.profiles
  const list = media === null ? null : await ask(media.at, listing, 'video')
  const [firstError] = errors
  if (information === null && list === null && firstError !== undefined)
    throw new StewardError('driver/protocol', firstError.message)
  const profiles = list === null ? [] : profilesOf(list).slice(0, maxProfiles)
  const uriFor = async (question: (token: string) => string, what: string): Promise<string> => {
    const [first] = profiles
    const answer = first === undefined || media === null ? null : await ask(media.at, question(first.token), what)
    return answer === null ? '' : uriOf(answer)
  }
  const snapshot = await uriFor(media?.isSecond ? questions.snapshotUri2 : questions.snapshotUri, 'snapshot')
  const stream = await uriFor(media?.isSecond ? questions.streamUri2 : questions.streamUri, 'rtsp')
  const network = await ask(device, questions.interfaces, 'mac')
  const mac = network === null ? '' : macOf(network)
  const identity = information === null ? {} : identityOf(information)
  return {
    identity: { ...identity, ...(mac === '' ? {} : { mac }) },
    profiles,
    proof:
      media === null ? { service: device, question: questions.information } : { service: media.at, question: listing },
    turns: profiles[0]?.turns === true,
    snapshot: snapshot === '' ? null : ownAddress(snapshot, own, 80),
    stream:
      stream === ''
        ? null
        : (ownAddress(stream, { ...own, port: rtspPort }, rtspPort) ?? { port: rtspPort, path: '/' }),
    errors: errors.filter((it) => it.point !== 'mac' && it.point !== 'services'),
  }
}

/** Media 1 where it is offered (nearly everywhere), else Media 2; GetCapabilities for devices that do not know GetServices. */
async function findMedia(
  ask: (service: ServicePath, question: string, what: string) => Promise<XmlNode | null>,
  own: Own,
  device: ServicePath,
): Promise<{ at: ServicePath; isSecond: boolean } | null> {
  const services = await ask(device, questions.services, 'services')
  const listed = services === null ? { media1: '', media2: '' } : servicesOf(services)
  const isListed = listed.media1 !== '' || listed.media2 !== ''
  const capabilities = isListed ? null : await ask(device, questions.capabilities, 'services')
  const found = capabilities === null ? listed : capabilitiesOf(capabilities)
  const isSecond = found.media1 === ''
  const at = ownAddress(isSecond ? found.media2 : found.media1, own, 80)
  if (at !== null) return { at, isSecond }
  // Some firmware lists no service and answers all of them at the one address.
  return { at: device, isSecond: false }
}
