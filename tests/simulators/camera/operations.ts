/** The ONVIF operations that a simulated camera or recorder answers, as bodies of SOAP answers. */
import { type Events, eventOperations } from './events.ts'
import { type Extras, extraOperations } from './extras.ts'
import type { PictureFault } from './picture.ts'

export type CameraModel = {
  name: string
  model: string
  serial: string
  firmware: string
  mac: string
  /** one for a camera, many for a recorder */
  channels: {
    token: string
    name: string
    width: number
    height: number
    fps: number
    /** what stands in the picture, where that is not the channel's name */
    picture?: string
  }[]
  /** ms by which its own clock is off */
  clockOffsetMs: number
  /** what is not as it should be with its video; left out: nothing */
  stream?: StreamManner
  /** it has Media 2 alone, tells only which encoder a profile has, and codes as H.265 */
  isSecondMedia?: boolean
  /** what it has noticed; left out: it tells nobody */
  events?: Events
  /** what it offers beyond video; left out: nothing */
  extras?: Extras
  /** what is wrong with its picture; left out: nothing */
  pictureFault?: PictureFault | null
  /** how it has passwords proved where a stream is asked for; left out: MD5 */
  digest?: readonly ('MD5' | 'SHA-256')[]
}

export type StreamManner = {
  /** 0: it plays and sends nothing */
  framesPerSecond?: number
  /** what goes out instead of a packet: nothing, two, another */
  disturb?: (packet: Buffer) => readonly Buffer[]
  /** what DESCRIBE is answered with, as in `404 Not Found` */
  refusal?: string
}

/** `service`: the one that is asked, by its path. */
export type Endpoints = { httpBase: string; rtspBase: string; service: string; subscription: string }
type Operation = (camera: CameraModel, at: Endpoints, body: Record<string, unknown>, now: number) => string | null

const xml = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')

/** What the camera believes that the time is, ms since 1970. */
export function deviceTime(camera: CameraModel, now: number): number {
  return now + camera.clockOffsetMs
}

function dateAndTime(camera: CameraModel, now: number): string {
  const at = new Date(deviceTime(camera, now))
  const time = `<tt:Time><tt:Hour>${at.getUTCHours()}</tt:Hour><tt:Minute>${at.getUTCMinutes()}</tt:Minute><tt:Second>${at.getUTCSeconds()}</tt:Second></tt:Time>`
  const date = `<tt:Date><tt:Year>${at.getUTCFullYear()}</tt:Year><tt:Month>${at.getUTCMonth() + 1}</tt:Month><tt:Day>${at.getUTCDate()}</tt:Day></tt:Date>`
  const zone = '<tt:TimeZone><tt:TZ>CST-8</tt:TZ></tt:TimeZone>'
  return `<tds:GetSystemDateAndTimeResponse><tds:SystemDateAndTime><tt:DateTimeType>NTP</tt:DateTimeType><tt:DaylightSavings>false</tt:DaylightSavings>${zone}<tt:UTCDateTime>${time}${date}</tt:UTCDateTime></tds:SystemDateAndTime></tds:GetSystemDateAndTimeResponse>`
}

function profile(channel: CameraModel['channels'][number]): string {
  const { token, name, width, height, fps } = channel
  const size = `<tt:Resolution><tt:Width>${width}</tt:Width><tt:Height>${height}</tt:Height></tt:Resolution>`
  const rate = `<tt:RateControl><tt:FrameRateLimit>${fps}</tt:FrameRateLimit><tt:EncodingInterval>1</tt:EncodingInterval><tt:BitrateLimit>4096</tt:BitrateLimit></tt:RateControl>`
  const source = `<tt:VideoSourceConfiguration token="vs-${token}"><tt:Name>${xml(name)}</tt:Name><tt:UseCount>1</tt:UseCount><tt:SourceToken>src-${token}</tt:SourceToken><tt:Bounds x="0" y="0" width="${width}" height="${height}"/></tt:VideoSourceConfiguration>`
  const encoder = `<tt:VideoEncoderConfiguration token="ve-${token}"><tt:Name>main</tt:Name><tt:UseCount>1</tt:UseCount><tt:Encoding>H264</tt:Encoding>${size}<tt:Quality>4</tt:Quality>${rate}</tt:VideoEncoderConfiguration>`
  return `<trt:Profiles token="${token}" fixed="true"><tt:Name>${xml(name)}</tt:Name>${source}${encoder}</trt:Profiles>`
}

/** Of Media 2 (ver20/media, section 5.2): the encoder is named and stands elsewhere. */
function profile2({ token, name }: CameraModel['channels'][number]): string {
  return `<tr2:Profiles token="${token}" fixed="true"><tr2:Name>${xml(name)}</tr2:Name><tr2:Configurations><tr2:VideoEncoder token="ve-${token}"/></tr2:Configurations></tr2:Profiles>`
}

function encoder2({ token, width, height, fps }: CameraModel['channels'][number]): string {
  const size = `<tt:Resolution><tt:Width>${width}</tt:Width><tt:Height>${height}</tt:Height></tt:Resolution>`
  const rate = `<tt:RateControl ConstantBitRate="false"><tt:FrameRateLimit>${fps}.0</tt:FrameRateLimit><tt:BitrateLimit>4096</tt:BitrateLimit></tt:RateControl>`
  return `<tr2:Configurations token="ve-${token}" GovLength="50"><tt:Name>main</tt:Name><tt:UseCount>1</tt:UseCount><tt:Encoding>H265</tt:Encoding>${size}${rate}<tt:Quality>4</tt:Quality></tr2:Configurations>`
}

/** The one that is asked for; of none, or one that there is not, the first. */
const profileToken = (camera: CameraModel, body: Record<string, unknown>): string =>
  camera.channels.find((it) => it.token === body.ProfileToken)?.token ?? camera.channels[0]?.token ?? ''

const media = (it: CameraModel, kind: 'Stream' | 'Snapshot', uri: string): string =>
  it.isSecondMedia === true
    ? `<tr2:Get${kind}UriResponse><tr2:Uri>${uri}</tr2:Uri></tr2:Get${kind}UriResponse>`
    : `<trt:Get${kind}UriResponse><trt:MediaUri><tt:Uri>${uri}</tt:Uri><tt:InvalidAfterConnect>false</tt:InvalidAfterConnect><tt:InvalidAfterReboot>false</tt:InvalidAfterReboot><tt:Timeout>PT60S</tt:Timeout></trt:MediaUri></trt:Get${kind}UriResponse>`

const service = (namespace: string, uri: string): string =>
  `<tds:Service><tds:Namespace>${namespace}</tds:Namespace><tds:XAddr>${uri}</tds:XAddr><tds:Version><tt:Major>2</tt:Major><tt:Minor>60</tt:Minor></tds:Version></tds:Service>`

export const operations: Record<string, Operation> = {
  ...Object.fromEntries(
    Object.entries(eventOperations).map(([name, answer]): [string, Operation] => [
      name,
      (it, at, body) => (it.events === undefined ? null : answer(it.events, at, body)),
    ]),
  ),
  ...Object.fromEntries(
    Object.entries(extraOperations).map(([name, answer]): [string, Operation] => [
      name,
      (it, _at, body) => answer(it.extras ?? {}, body),
    ]),
  ),
  GetSystemDateAndTime: (it, _at, _body, now) => dateAndTime(it, now),
  GetDeviceInformation: (it) =>
    `<tds:GetDeviceInformationResponse><tds:Manufacturer>Steward Simulations</tds:Manufacturer><tds:Model>${it.model}</tds:Model><tds:FirmwareVersion>${it.firmware}</tds:FirmwareVersion><tds:SerialNumber>${it.serial}</tds:SerialNumber><tds:HardwareId>1.10</tds:HardwareId></tds:GetDeviceInformationResponse>`,
  GetCapabilities: (_it, at) =>
    `<tds:GetCapabilitiesResponse><tds:Capabilities><tt:Device><tt:XAddr>${at.httpBase}/onvif/device_service</tt:XAddr></tt:Device><tt:Media><tt:XAddr>${at.httpBase}/onvif/media_service</tt:XAddr><tt:StreamingCapabilities><tt:RTP_RTSP_TCP>true</tt:RTP_RTSP_TCP></tt:StreamingCapabilities></tt:Media></tds:Capabilities></tds:GetCapabilitiesResponse>`,
  GetServices: (it, at) => {
    const media = it.isSecondMedia === true ? 'ver20/media' : 'ver10/media'
    const recorded = it.extras?.recordings === undefined ? [] : ['ver10/recording', 'ver10/search']
    const doors = it.extras?.doors === undefined ? [] : ['ver10/doorcontrol', 'ver10/accesscontrol']
    const events = it.events === undefined ? [] : ['ver10/events']
    const all = ['ver10/device', media, ...recorded, ...doors, ...events].map((name) =>
      service(`http://www.onvif.org/${name}/wsdl`, `${at.httpBase}/onvif/${name.replace('/', '_')}_service`),
    )
    return `<tds:GetServicesResponse>${all.join('')}</tds:GetServicesResponse>`
  },
  GetHostname: (it) =>
    `<tds:GetHostnameResponse><tds:HostnameInformation><tt:FromDHCP>false</tt:FromDHCP><tt:Name>${it.name}</tt:Name></tds:HostnameInformation></tds:GetHostnameResponse>`,
  GetNetworkInterfaces: (it) =>
    `<tds:GetNetworkInterfacesResponse><tds:NetworkInterfaces token="eth0"><tt:Enabled>true</tt:Enabled><tt:Info><tt:Name>eth0</tt:Name><tt:HwAddress>${it.mac}</tt:HwAddress><tt:MTU>1500</tt:MTU></tt:Info></tds:NetworkInterfaces></tds:GetNetworkInterfacesResponse>`,
  GetScopes: (it) =>
    `<tds:GetScopesResponse><tds:Scopes><tt:ScopeDef>Fixed</tt:ScopeDef><tt:ScopeItem>onvif://www.onvif.org/name/${it.name}</tt:ScopeItem></tds:Scopes></tds:GetScopesResponse>`,
  GetProfiles: (it) =>
    it.isSecondMedia === true
      ? `<tr2:GetProfilesResponse>${it.channels.map(profile2).join('')}</tr2:GetProfilesResponse>`
      : `<trt:GetProfilesResponse>${it.channels.map(profile).join('')}</trt:GetProfilesResponse>`,
  GetVideoEncoderConfigurations: (it) =>
    `<tr2:GetVideoEncoderConfigurationsResponse>${it.channels.map(encoder2).join('')}</tr2:GetVideoEncoderConfigurationsResponse>`,
  GetStreamUri: (it, at, body) => media(it, 'Stream', `${at.rtspBase}/${xml(profileToken(it, body))}`),
  GetSnapshotUri: (it, at, body) => media(it, 'Snapshot', `${at.httpBase}/snapshot/${xml(profileToken(it, body))}.jpg`),
}

/** Answered to anybody, since a client needs the clock to make its token (ONVIF Core, section 8.3). */
export const openOperations = ['GetSystemDateAndTime', 'GetCapabilities', 'GetServices']
