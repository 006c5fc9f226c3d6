/** What was heard of a device, in the words of both languages. What a device says of itself stays as it is. */
import type { Text } from '@steward/shared/model'

const maxLength = 300

/** `: who` where there is anything to say. */
function tail(who: string): { en: string; zh: string } {
  return who === '' ? { en: '', zh: '' } : { en: `: ${who}`, zh: `：${who}` }
}

function both(en: string, zh: string): Text {
  return { en: en.slice(0, maxLength), zh: zh.slice(0, maxLength) }
}

export const said = {
  open: (port: number) => both(`port ${port} is open`, `端口 ${port} 开放`),
  asSetUp: (port: number) => both(`port ${port} answers as it is set up here`, `端口 ${port} 按现有配置应答`),
  snmp: (version: 'v1' | 'v2c', port: number, who: string) =>
    both(`port ${port} answers SNMP ${version}${tail(who).en}`, `端口 ${port} 应答 SNMP ${version}${tail(who).zh}`),
  snmpV3: (port: number) =>
    both(
      `port ${port} answers SNMP v3; set its user and pass phrases`,
      `端口 ${port} 应答 SNMP v3，请设置其用户名和口令`,
    ),
  read: (who: string, profile: string | undefined) =>
    both(
      `read as ${who || 'a device'}${profile === undefined ? '' : `, profile ${profile}`}`,
      `读取结果：${who || '设备'}${profile === undefined ? '' : `，设备模板 ${profile}`}`,
    ),
  onvif: (port: number) =>
    both(`port ${port} answers ONVIF; set a user and password`, `端口 ${port} 应答 ONVIF，请设置用户名和密码`),
  wsDiscovery: (who: string) =>
    both(
      `answers WS-Discovery${tail(who).en}; set a user and password`,
      `应答 WS-Discovery${tail(who).zh}；请设置用户名和密码`,
    ),
  modbus: (port: number, unit: number, who: string) =>
    both(
      `port ${port} answers Modbus, unit ${unit}${tail(who).en}`,
      `端口 ${port} 应答 Modbus，单元 ${unit}${tail(who).zh}`,
    ),
  bacnet: (port: number) => both(`port ${port} answers BACnet/IP`, `端口 ${port} 应答 BACnet/IP`),
  rtsp: (port: number) => both(`port ${port} answers RTSP`, `端口 ${port} 应答 RTSP`),
  web: (port: number, { title, server, realm }: { title: string; server: string; realm: string }) => {
    const words = (names: readonly string[]): string =>
      [title, server, realm].flatMap((it, at) => (it === '' ? [] : [`${names[at]} "${it}"`])).join(', ')
    return both(
      `port ${port} is a web server${tail(words(['titled', 'server', 'realm'])).en}`,
      `端口 ${port} 是网页服务${tail(words(['标题', '服务程序', '认证域'])).zh}`,
    )
  },
  called: (name: string, services: string) =>
    both(`is called "${name}" (mDNS: ${services})`, `名为“${name}”（mDNS：${services}）`),
  upnp: (server: string) => both(`answers UPnP${tail(server).en}`, `应答 UPnP${tail(server).zh}`),
  describesItself: (who: string) => both(`describes itself as ${who}`, `自述为 ${who}`),
  mac: (mac: string) => both(`has the MAC address ${mac}`, `MAC 地址为 ${mac}`),
  ping: () => both('answers a ping', '应答 ping'),
} as const
