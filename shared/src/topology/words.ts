/** What speaks for a link, in words. */
import type { Text } from '../model/index.ts'
import type { Sight } from './cables.ts'
import type { Claim } from './ends.ts'
import type { LinkEvidence, TopologyFindings } from './findings.ts'
import type { Known } from './site.ts'

const protocol = { lldp: 'LLDP', cdp: 'CDP' } as const

export function sightEvidence({ from, to, port, remotePort, by, at }: Sight): LinkEvidence {
  const other = remotePort === '' ? { zh: '', en: '' } : { zh: ` 的端口 ${remotePort}`, en: `, port ${remotePort}` }
  return evidence(by, at, {
    zh: `${from} 在端口 ${port} 上通过 ${protocol[by]} 看到 ${to}${other.zh}`,
    en: `${from} sees ${to}${other.en} at its port ${port} (${protocol[by]})`,
  })
}

export function claimEvidence(claim: Claim): LinkEvidence {
  const { device, to, port, by, at, others } = claim
  if (by === 'lldp' || by === 'cdp') return sightEvidence({ ...claim, from: to, to: device, by })
  if (by === 'label')
    return evidence('label', at, {
      zh: `${to} 的端口 ${port} 描述为 ${device}，且已连接`,
      en: `port ${port} of ${to} is up and described as ${device}`,
    })
  const zh = others === 0 ? '仅有它的 MAC 地址' : `有它的 MAC 地址，另有 ${others} 个`
  const en = others === 0 ? 'its MAC address alone is' : `its MAC address and ${others} more are`
  return evidence('fdb', at, { zh: `${to} 的端口 ${port} 后${zh}`, en: `${en} behind port ${port} of ${to}` })
}

export function arpEvidence({ by, at }: Known & { by: string }, mac: string, address: string): LinkEvidence {
  return evidence('arp', at, {
    zh: `${by} 的 ARP 表中 ${address} 对应 ${mac}`,
    en: `${by} knows ${address} as ${mac} (ARP)`,
  })
}

export function poeEvidence(to: string, at: number, { port, watts }: TopologyFindings['poe'][number]): LinkEvidence {
  const power = watts === undefined ? { zh: '', en: '' } : { zh: `，${watts} W`, en: `, ${watts} W` }
  return evidence('poe', at, {
    zh: `${to} 的端口 ${port} 正在为它供电（PoE${power.zh}）`,
    en: `port ${port} of ${to} feeds it (PoE${power.en})`,
  })
}

export function channelEvidence(it: { camera: string; recorder: string; name: string; at: number }): LinkEvidence {
  const isNamed = it.name === it.camera
  return evidence('channel', it.at, {
    zh: `${it.recorder} 的通道列表中有 ${isNamed ? it.name : `${it.name}（${it.camera}）`}`,
    en: `${it.recorder} lists a channel ${isNamed ? it.name : `${it.name} (${it.camera})`}`,
  })
}

export function readerEvidence(it: { reader: string; controller: string; name: string; at: number }): LinkEvidence {
  const isNamed = it.name === it.reader
  return evidence('reader', it.at, {
    zh: `${it.controller} 的读卡器列表中有 ${isNamed ? it.name : `${it.name}（${it.reader}）`}`,
    en: `${it.controller} lists a reader ${isNamed ? it.name : `${it.name} (${it.reader})`}`,
  })
}

function evidence(kind: LinkEvidence['kind'], at: number, text: Text): LinkEvidence {
  return { kind, at, text: { zh: text.zh.slice(0, 1000), en: text.en.slice(0, 1000) } }
}
