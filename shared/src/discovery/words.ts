/** What kind of device the words of its maker mean; they are evidence, and a person has the last word. */
import type { DeviceKind } from '../model/index.ts'

const patterns: readonly [RegExp, DeviceKind][] = [
  [/\b(nvr|dvr|xvr)\b|video recorder|录像/i, 'nvr'],
  [/ip ?camera|ipc\b|\bcam(era)?\b|webcam|摄像/i, 'camera'],
  [/door|access control|门禁/i, 'door-controller'],
  [/\bups\b|uninterruptible|不间断电源/i, 'ups'],
  [/chiller|冷水机/i, 'chiller'],
  [/\bahu\b|air.?handl|空调机组/i, 'air-handler'],
  [/power ?meter|energy ?meter|\bmeter\b|电表|电能/i, 'meter'],
  [/firewall|fortigate|防火墙/i, 'firewall'],
  [/access ?point|wireless|无线/i, 'access-point'],
  [/\brouter\b|gateway|路由/i, 'router'],
  [/\bswitch\b|交换机/i, 'switch'],
  [/printer|laserjet|打印/i, 'printer'],
  [/\bplc\b|controller|控制器/i, 'controller'],
]

export function kindByWords(text: string): DeviceKind | null {
  return patterns.find(([pattern]) => pattern.test(text))?.[1] ?? null
}
