/** What a camera is and how it is set up: asked at the first poll and now and then again. */
import { isStewardError, StewardError } from '@steward/shared/errors'
import type { Identity } from '@steward/shared/model'
import type { Limits } from '../contract.ts'
import type { OnvifClient, ServicePath } from './client.ts'
import { addressesOf, findMedia } from './media.ts'
import { identityOf, type MediaProfile, macOf, questions } from './operations.ts'
import { ownAddress } from './own-address.ts'
import { asking, findServices, type Own, type Services } from './services.ts'
import type { XmlNode } from './soap.ts'

export type Camera = {
  identity: Identity
  profiles: MediaProfile[]
  services: Services
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
  const services = await findServices((question) => ask(device, question, 'services'), own, device)
  const media = await findMedia(ask, asking(client, limits), services)
  const [firstError] = errors.filter((it) => it.point !== 'services')
  if (information === null && media === null && firstError !== undefined)
    throw new StewardError('driver/protocol', firstError.message)
  const { snapshot, stream } = media === null ? { snapshot: '', stream: '' } : await addressesOf(ask, media)
  const network = await ask(device, questions.interfaces, 'mac')
  const mac = network === null ? '' : macOf(network)
  const identity = information === null ? {} : identityOf(information)
  return {
    identity: { ...identity, ...(mac === '' ? {} : { mac }) },
    profiles: media?.profiles ?? [],
    services,
    proof:
      media === null
        ? { service: device, question: questions.information }
        : { service: media.at, question: media.isSecond ? questions.profiles2 : questions.profiles },
    turns: media?.profiles[0]?.turns === true,
    snapshot: snapshot === '' ? null : ownAddress(snapshot, own, 80),
    stream:
      stream === ''
        ? null
        : (ownAddress(stream, { ...own, port: rtspPort }, rtspPort) ?? { port: rtspPort, path: '/' }),
    errors: errors.filter((it) => it.point !== 'mac' && it.point !== 'services'),
  }
}
