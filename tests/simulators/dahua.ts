/** A recorder that answers Dahua's CGI with lines of `key=value`. */
import type { Page } from './isapi.ts'

export type DahuaState = {
  channels: { name: string; address: string; state: 'Connected' | 'Unconnect' | 'Empty'; mode: 0 | 1 | 2 }[]
  disks: { name: string; state: string; hasError: boolean; bytes: number; usedBytes: number }[]
}

const magic = '/cgi-bin/magicBox.cgi?action='
const config = '/cgi-bin/configManager.cgi?action=getConfig&name='
const logic = '/cgi-bin/LogicDeviceManager.cgi?action='

/** What it answers at a path. */
export function dahuaPage({ channels, disks }: DahuaState): (path: string) => Page | null {
  const lines = (all: string[]): string => `${all.join('\r\n')}\r\n`
  const pages: Record<string, () => Page> = {
    [`${magic}getSystemInfo`]: () =>
      lines([
        'appAutoStart=true',
        'deviceType=31',
        'hardwareVersion=1.00',
        'serialNumber=4C0321APAZ7E2B1',
        'updateSerial=DHI-NVR5216-16P-4KS2E',
      ]),
    [`${magic}getDeviceType`]: () => lines(['type=DHI-NVR5216-16P-4KS2E']),
    [`${magic}getDeviceClass`]: () => lines(['class=NVR']),
    [`${magic}getSerialNo`]: () => lines(['sn=4C0321APAZ7E2B1']),
    [`${magic}getSoftwareVersion`]: () => lines(['version=4.001.0000000.10,build:2023-02-28']),
    [`${magic}getMachineName`]: () => lines(['name=NVR lobby']),
    [`${magic}getVendor`]: () => lines(['vendor=General']),
    [`${logic}getCameraState&uniqueChannels[0]=-1`]: () =>
      lines(channels.flatMap((it, i) => [`states[${i}].channel=${i}`, `states[${i}].connectionState=${it.state}`])),
    [`${logic}getCameraAll`]: () =>
      lines(
        channels.flatMap((it, i) => [
          `camera[${i}].DeviceInfo.Address=${it.address}`,
          `camera[${i}].DeviceInfo.Name=`,
          `camera[${i}].UniqueChannel=${i}`,
        ]),
      ),
    [`${config}ChannelTitle`]: () => lines(channels.map((it, i) => `table.ChannelTitle[${i}].Name=${it.name}`)),
    [`${config}RecordMode`]: () => lines(channels.map((it, i) => `table.RecordMode[${i}].Mode=${it.mode}`)),
    '/cgi-bin/storageDevice.cgi?action=getDeviceAllInfo': () =>
      lines(
        disks.flatMap((it, i) => [
          `list.info[${i}].Detail[0].IsError=${it.hasError}`,
          `list.info[${i}].Detail[0].Path=/mnt/dvr/sda${i}`,
          `list.info[${i}].Detail[0].TotalBytes=${it.bytes}.000000`,
          `list.info[${i}].Detail[0].UsedBytes=${it.usedBytes}.000000`,
          `list.info[${i}].Name=${it.name}`,
          `list.info[${i}].State=${it.state}`,
        ]),
      ),
  }
  return (path) => pages[path]?.() ?? null
}
