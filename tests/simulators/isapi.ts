/** A recorder and an access controller that speak Hikvision's ISAPI, behind Digest; made of parts, so that a test can break each. */
import type { ServerResponse } from 'node:http'
import { type Credentials, createDigestGuard } from './digest.ts'
import type { Gate } from './gate.ts'
import { openHttpPort } from './http-port.ts'
import type { TcpPort } from './tcp-port.ts'

/** Status 0: no answer at all. */
export type Page = string | { status: number; body?: string | Buffer }

export type WebDeviceOptions = {
  gate: Gate
  credentials: Credentials
  address?: string
  port?: number
  /** by path with its query: what it answers; asked anew at each request */
  page(path: string): Page | null
  /** told of each request that has the right login */
  asked?(path: string): void
}

/** A device's web interface: the login page for everybody, the rest for who knows the password. */
export function startWebDevice(options: WebDeviceOptions): Promise<TcpPort> {
  const { gate, credentials, page, asked } = options
  const guard = createDigestGuard(credentials)
  return openHttpPort({
    address: options.address ?? '127.0.0.1',
    port: options.port ?? 0,
    gate,
    async handle(request, response) {
      const path = request.url ?? '/'
      const { authorization } = request.headers
      if (path === '/')
        response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><title>Login</title>')
      else if (gate.refusesCredentials() || !guard.isAuthorised(authorization, request.method ?? 'GET')) {
        response.writeHead(401, { 'www-authenticate': guard.challenge(authorization) }).end()
      } else {
        asked?.(path)
        send(response, page(path))
      }
    },
  })
}

function send(response: ServerResponse, found: Page | null): void {
  const { status, body = '' } = typeof found === 'string' ? { status: 200, body: found } : (found ?? { status: 404 })
  if (status === 0) return
  response
    .writeHead(status, { 'content-type': body.toString('latin1').startsWith('<') ? 'application/xml' : 'text/plain' })
    .end(body)
}

const xml = (name: string, inner: string): string =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<${name} version="2.0" xmlns="http://www.isapi.org/ver20/XMLSchema">${inner}</${name}>`

export type RecorderState = {
  name: string
  /** `recording`: whether its schedule is on */
  channels: { name: string; address: string; online: boolean; recording: boolean }[]
  disks: { state: string; megabytes: number; freeMegabytes: number }[]
  /** its clock minus ours, ms */
  clockOffsetMs: number
}

const deviceInfo = (name: string, type: string, model: string): string =>
  xml(
    'DeviceInfo',
    `<deviceName>${name}</deviceName><deviceID>48443030</deviceID><model>${model}</model><serialNumber>${model}0120240101CCRR404705923918060213</serialNumber><macAddress>02:00:00:00:01:02</macAddress><firmwareVersion>V4.61.010</firmwareVersion><firmwareReleasedDate>build 230101</firmwareReleasedDate><deviceType>${type}</deviceType>`,
  )

/** In UTC+8, as it is where most of them are. */
function localTime(offsetMs: number): string {
  const at = new Date(Date.now() + offsetMs + 8 * 3_600_000).toISOString().slice(0, 19)
  return xml('Time', `<timeMode>NTP</timeMode><localTime>${at}+08:00</localTime><timeZone>CST-8:00:00</timeZone>`)
}

/** What a recorder of Hikvision answers at a path. */
export function recorderPage(recorder: RecorderState): (path: string) => Page | null {
  const { channels } = recorder
  const list = (name: string, item: (it: RecorderState['channels'][number], id: number) => string): string =>
    xml(name, channels.map((it, i) => item(it, i + 1)).join('\n'))
  const source = (address: string): string =>
    `<sourceInputPortDescriptor><proxyProtocol>HIKVISION</proxyProtocol><addressingFormatType>ipaddress</addressingFormatType><ipAddress>${address}</ipAddress><managePortNo>8000</managePortNo></sourceInputPortDescriptor>`
  const pages: Record<string, () => Page> = {
    '/ISAPI/System/deviceInfo': () => deviceInfo(recorder.name, 'NVR', 'DS-7616NI-K2'),
    '/ISAPI/System/time': () => localTime(recorder.clockOffsetMs),
    '/ISAPI/System/status': () =>
      xml(
        'DeviceStatus',
        '<deviceUpTime>86400</deviceUpTime><CPUList><CPU><cpuDescription>ARM</cpuDescription><cpuUtilization>17</cpuUtilization></CPU></CPUList><MemoryList><Memory><memoryUsage>512</memoryUsage><memoryAvailable>256.5</memoryAvailable></Memory></MemoryList>',
      ),
    '/ISAPI/ContentMgmt/InputProxy/channels': () =>
      list(
        'InputProxyChannelList',
        (it, id) => `<InputProxyChannel><id>${id}</id><name>${it.name}</name>${source(it.address)}</InputProxyChannel>`,
      ),
    '/ISAPI/ContentMgmt/InputProxy/channels/status': () =>
      list(
        'InputProxyChannelStatusList',
        (it, id) =>
          `<InputProxyChannelStatus><id>${id}</id>${source(it.address)}<online>${it.online}</online><chanDetectResult>${it.online ? 'connect' : 'netUnreachable'}</chanDetectResult></InputProxyChannelStatus>`,
      ),
    '/ISAPI/ContentMgmt/record/tracks': () =>
      list('TrackList', (it, id) =>
        [101, 103]
          .map(
            (stream) =>
              `<Track><id>${id * 100 + stream - 100}</id><Channel>${id * 100 + stream - 100}</Channel><Enable>true</Enable><CustomExtensionList><CustomExtension><enableSchedule>${it.recording}</enableSchedule></CustomExtension></CustomExtensionList></Track>`,
          )
          .join(''),
      ),
    '/ISAPI/System/workingstatus?format=json': () =>
      JSON.stringify({
        WorkingStatus: {
          ChanStatus: channels.map((it, i) => ({ chanNo: i + 1, record: it.online ? 1 : 0, linkNum: 1 })),
        },
      }),
    '/ISAPI/ContentMgmt/Storage': () =>
      xml(
        'storage',
        `<hddList size="16">${recorder.disks
          .map(
            (it, i) =>
              `<hdd><id>${i + 1}</id><hddName>hdd${i + 1}</hddName><hddType>SATA</hddType><status>${it.state}</status><capacity>${it.megabytes}</capacity><freeSpace>${it.freeMegabytes}</freeSpace><property>RW</property></hdd>`,
          )
          .join('')}</hddList><nasList size="0"/>`,
      ),
    '/ISAPI/System/Video/inputs/channels': () => ({
      status: 403,
      body: xml(
        'ResponseStatus',
        '<statusCode>4</statusCode><statusString>Invalid Operation</statusString><subStatusCode>notSupport</subStatusCode>',
      ),
    }),
  }
  return (path) => pages[path]?.() ?? null
}

export type DoorState = { locks: number[]; contacts: number[]; readers: number[]; onBattery: boolean }

/** What an access controller of Hikvision answers at a path. */
export function accessPage(doors: DoorState): (path: string) => Page | null {
  const pages: Record<string, () => Page> = {
    '/ISAPI/System/deviceInfo': () => deviceInfo('Gate house', 'ACS', 'DS-K2604T'),
    '/ISAPI/System/time': () => localTime(0),
    '/ISAPI/AccessControl/AcsWorkStatus?format=json': () =>
      JSON.stringify({
        AcsWorkStatus: {
          doorLockStatus: doors.locks,
          doorStatus: doors.locks.map(() => 4),
          magneticStatus: doors.contacts,
          batteryVoltage: 124,
          batteryLowVoltage: false,
          powerSupplyStatus: doors.onBattery ? 'BatteryPowerSupply' : 'ACPowerSupply',
          hostAntiDismantleStatus: 'close',
          cardReaderOnlineStatus: doors.readers,
          cardNum: 1042,
        },
      }),
  }
  return (path) => pages[path]?.() ?? null
}
