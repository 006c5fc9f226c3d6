/** The dozen ONVIF operations that are used, each as a question and what its answer means. */
import type { Identity } from '@steward/shared/model'
import { attribute, child, children, escapeXml, namespaces, textAt, type XmlNode } from './soap.ts'

const { tds, trt, tr2 } = namespaces
const stream =
  '<tt:Stream xmlns:tt="http://www.onvif.org/ver10/schema">RTP-Unicast</tt:Stream><tt:Transport xmlns:tt="http://www.onvif.org/ver10/schema"><tt:Protocol>RTSP</tt:Protocol></tt:Transport>'

export const questions = {
  time: `<GetSystemDateAndTime xmlns="${tds}"/>`,
  information: `<GetDeviceInformation xmlns="${tds}"/>`,
  interfaces: `<GetNetworkInterfaces xmlns="${tds}"/>`,
  profiles: `<GetProfiles xmlns="${trt}"/>`,
  profiles2: `<GetProfiles xmlns="${tr2}"><Type>All</Type></GetProfiles>`,
  encoders2: `<GetVideoEncoderConfigurations xmlns="${tr2}"/>`,
  streamUri: (token: string) =>
    `<GetStreamUri xmlns="${trt}"><StreamSetup>${stream}</StreamSetup><ProfileToken>${escapeXml(token)}</ProfileToken></GetStreamUri>`,
  streamUri2: (token: string) =>
    `<GetStreamUri xmlns="${tr2}"><Protocol>RTSP</Protocol><ProfileToken>${escapeXml(token)}</ProfileToken></GetStreamUri>`,
  snapshotUri: (token: string) =>
    `<GetSnapshotUri xmlns="${trt}"><ProfileToken>${escapeXml(token)}</ProfileToken></GetSnapshotUri>`,
  snapshotUri2: (token: string) =>
    `<GetSnapshotUri xmlns="${tr2}"><ProfileToken>${escapeXml(token)}</ProfileToken></GetSnapshotUri>`,
}

/** One media profile as the camera is set up; fps and bit/s are what it is told to send at most. Null: not told. */
export type MediaProfile = {
  token: string
  name: string
  codec: string
  width: number | null
  height: number | null
  framesPerSecond: number | null
  /** every so-many-th frame is encoded */
  encodingInterval: number | null
  bitsPerSecond: number | null
  /** token of its encoder's configuration */
  encoder: string
  /** it can be made to look elsewhere (PTZ) */
  turns: boolean
}

/** The device's UTC time in ms since 1970, null where it does not tell. */
export function timeOf(body: XmlNode): number | null {
  const at = child(child(child(body, 'GetSystemDateAndTimeResponse'), 'SystemDateAndTime'), 'UTCDateTime')
  const part = (...path: string[]): number => Number.parseInt(textAt(at, ...path), 10)
  const ms = Date.UTC(
    part('Date', 'Year'),
    part('Date', 'Month') - 1,
    part('Date', 'Day'),
    part('Time', 'Hour'),
    part('Time', 'Minute'),
    part('Time', 'Second'),
  )
  return Number.isNaN(ms) ? null : ms
}

export function identityOf(body: XmlNode): Identity {
  const told = child(body, 'GetDeviceInformationResponse')
  const pick = (name: string): string => textAt(told, name).slice(0, 200)
  const fields = {
    vendor: pick('Manufacturer'),
    model: pick('Model'),
    serial: pick('SerialNumber'),
    firmware: pick('FirmwareVersion'),
  }
  return Object.fromEntries(Object.entries(fields).filter(([, text]) => text !== ''))
}

export function macOf(body: XmlNode): string {
  const first = child(child(body, 'GetNetworkInterfacesResponse'), 'NetworkInterfaces')
  const bytes = textAt(first, 'Info', 'HwAddress').match(/[0-9a-f]{2}/gi) ?? []
  return bytes.length === 6 ? bytes.join(':').toLowerCase() : ''
}

/** Media 1 and Media 2 differ in where they put the encoder. Profiles without one (sound, metadata) are left out. */
export function profilesOf(body: XmlNode): MediaProfile[] {
  return children(child(body, 'GetProfilesResponse'), 'Profiles').flatMap((it) => {
    const encoder = child(it, 'VideoEncoderConfiguration') ?? child(child(it, 'Configurations'), 'VideoEncoder')
    if (encoder === undefined) return []
    return [
      {
        token: attribute(it, 'token'),
        name: textAt(it, 'Name').slice(0, 100),
        ...encodingOf(encoder),
        encoder: attribute(encoder, 'token'),
        turns: (child(it, 'PTZConfiguration') ?? child(child(it, 'Configurations'), 'PTZ')) !== undefined,
      },
    ]
  })
}

type Encoding = Pick<
  MediaProfile,
  'codec' | 'width' | 'height' | 'framesPerSecond' | 'encodingInterval' | 'bitsPerSecond'
>

function encodingOf(encoder: XmlNode): Encoding {
  const number = (...path: string[]): number | null => positive(textAt(encoder, ...path))
  const kilobits = number('RateControl', 'BitrateLimit')
  return {
    codec: textAt(encoder, 'Encoding').slice(0, 40),
    width: number('Resolution', 'Width'),
    height: number('Resolution', 'Height'),
    framesPerSecond: number('RateControl', 'FrameRateLimit'),
    encodingInterval: number('RateControl', 'EncodingInterval'),
    bitsPerSecond: kilobits === null ? null : kilobits * 1000,
  }
}

/** Profiles of Media 2 with the encoders of GetVideoEncoderConfigurations put in where they told only which one they have. */
export function withEncoders(profiles: readonly MediaProfile[], body: XmlNode): MediaProfile[] {
  const list = children(child(body, 'GetVideoEncoderConfigurationsResponse'), 'Configurations')
  const byToken = new Map(list.map((it) => [attribute(it, 'token'), it]))
  return profiles.map((it) => {
    const encoder = it.codec === '' ? byToken.get(it.encoder) : undefined
    return encoder === undefined ? it : { ...it, ...encodingOf(encoder) }
  })
}

/** Devices write the largest integer for "no limit". */
const noLimit = 2_147_483_647

function positive(text: string): number | null {
  const value = Number.parseFloat(text)
  return Number.isFinite(value) && value > 0 && value < noLimit ? value : null
}

/** Media 1 wraps the address in MediaUri. */
export function uriOf(body: XmlNode): string {
  const answer = child(body, 'GetStreamUriResponse') ?? child(body, 'GetSnapshotUriResponse')
  return textAt(answer, 'MediaUri', 'Uri') || textAt(answer, 'Uri')
}
