import type { Text } from '@steward/shared/model'

type Silent = { agent: string; last_seen_at: number; devices: number }

/** Who of a site is silent, in both languages: one building, or all of the site. */
export function reasonOfSilence(
  silent: readonly Silent[],
  agents: readonly { id: string; name: string }[],
  timeZone: string,
): Text {
  const gone = new Set(silent.map((it) => it.agent))
  const working = agents.filter((it) => !gone.has(it.id)).map((it) => it.name)
  const nameOf = (id: string): string =>
    agents.length < 2 ? id : `${agents.find((it) => it.id === id)?.name ?? id} (${id})`
  const last = (it: Silent) => localTime(it.last_seen_at, timeZone)
  const devices = silent.reduce((sum, it) => sum + it.devices, 0)
  const zh = silent.map((it) => `代理 ${nameOf(it.agent)} 没有消息，最后一次为 ${last(it)}。`)
  const en = silent.map((it) => `The agent ${nameOf(it.agent)} is silent; its last word was at ${last(it)}.`)
  if (working.length > 0) {
    return {
      zh: `${zh.join('')}其负责的 ${devices} 台设备状态未知；站点的其他代理（${working.join('、')}）正常。请检查该处的网络出口、供电和代理主机。`,
      en: `${en.join(' ')} The state of its ${devices} devices is not known; the site's other agents (${working.join(', ')}) work. Check the uplink and power there, and the agent's machine.`,
    }
  }
  const all = agents.length > 1 ? { zh: '站点的所有代理均无消息。', en: 'All agents of the site are silent. ' } : null
  return {
    zh: `${all?.zh ?? ''}${zh.join('')}站点的 ${devices} 台设备状态未知。请检查现场的网络出口、供电和代理主机。`,
    en: `${all?.en ?? ''}${en.join(' ')} The state of ${devices} devices is not known. Check the site's uplink, power and the agent's machine.`,
  }
}

/** As people at the site read their clock: `2026-11-24 13:08:49 (Asia/Shanghai)`. */
function localTime(at: number, timeZone: string): string {
  return `${new Date(at).toLocaleString('sv-SE', { timeZone })} (${timeZone})`
}
