import type { FaultKind, FaultLevel, Language } from '@steward/shared/model'

/** Every mark has a shape of its own: nobody has to tell levels by colour. */
export const levelMarks: Readonly<Record<FaultLevel, string>> = { L1: '🛑', L2: '⚠️', L3: '🔶', L4: '🔵' }
export const closedMark = '✅'

export type AlertWords = {
  levels: Record<FaultLevel, string>
  meanings: Record<FaultLevel, string>
  kinds: Record<FaultKind, string>
  labels: Record<
    'level' | 'site' | 'device' | 'kind' | 'reason' | 'since' | 'closed' | 'affected' | 'open' | 'late',
    string
  >
  raised(from: FaultLevel, to: FaultLevel): string
  restored: string
  siteSilent: string
  andMore(first: string, more: number): string
  named(name: string, id: string): string
  listMore(list: string[], more: number): string
  devices(count: number): string
  affectedTitle(count: number): string
  closedTitle(level: string, lasted: string): string
  /** a level with what it means */
  explained(level: string, meaning: string): string
  lasted(at: string, duration: string): string
  late(decidedAt: string): string
  link: string
  test: { title: string; label: string; text(recipient: string, hub: string): string }
  units: { d: string; h: string; min: string; s: string }
}

const zhShort = { L1: '一级', L2: '二级', L3: '三级', L4: '四级' } as const

const zh: AlertWords = {
  levels: { L1: '一级故障', L2: '二级故障', L3: '三级故障', L4: '四级故障' },
  meanings: { L1: '整个系统瘫痪', L2: '系统有瘫痪风险', L3: '直接影响服务', L4: '间歇或间接影响' },
  kinds: {
    down: '中断',
    suspected: '疑似共同原因',
    intermittent: '时断时续',
    imminent: '即将故障',
    degraded: '性能下降',
    unmanageable: '无法管理',
    'site-unreachable': '站点失联',
  },
  labels: {
    level: '级别',
    site: '站点',
    device: '设备',
    kind: '类型',
    reason: '原因',
    since: '开始',
    closed: '恢复',
    affected: '影响',
    open: '仍未恢复',
    late: '延迟',
  },
  raised: (from, to) => `由${zhShort[from]}升为${zhShort[to]}故障`,
  restored: '已恢复',
  siteSilent: '站点失联',
  andMore: (first, more) => `${first} 等 ${more + 1} 台`,
  named: (name, id) => (name === id ? id : `${name}（${id}）`),
  listMore: (list, more) => list.join('、') + (more > 0 ? ` 等 ${list.length + more} 台` : ''),
  devices: (count) => `${count} 台设备`,
  affectedTitle: (count) => `影响 ${count} 台设备`,
  closedTitle: (level, lasted) => `（${level}，持续 ${lasted}）`,
  explained: (level, meaning) => `${level}（${meaning}）`,
  lasted: (at, duration) => `${at}，持续 ${duration}`,
  late: (decidedAt) => `本告警应于 ${decidedAt} 送达`,
  link: '打开故障页面',
  test: {
    title: '测试消息',
    label: '说明',
    text: (recipient, hub) => `这是 Steward 管家发给“${recipient}”的测试消息（${hub}），收到即表示告警可以送达。`,
  },
  units: { d: ' 天', h: ' 小时', min: ' 分钟', s: ' 秒' },
}

const en: AlertWords = {
  levels: { L1: 'L1 fault', L2: 'L2 fault', L3: 'L3 fault', L4: 'L4 fault' },
  meanings: {
    L1: 'a whole system is paralysed',
    L2: 'the system is potentially paralysed',
    L3: 'direct effect on the service',
    L4: 'intermittent or indirect effect',
  },
  kinds: {
    down: 'down',
    suspected: 'suspected common cause',
    intermittent: 'intermittent',
    imminent: 'imminent failure',
    degraded: 'degraded',
    unmanageable: 'unmanageable',
    'site-unreachable': 'site unreachable',
  },
  labels: {
    level: 'Level',
    site: 'Site',
    device: 'Device',
    kind: 'Kind',
    reason: 'Reason',
    since: 'Since',
    closed: 'Restored',
    affected: 'Affected',
    open: 'Still open',
    late: 'Late',
  },
  raised: (from, to) => `Raised from ${from} to ${to}`,
  restored: 'Restored',
  siteSilent: 'site unreachable',
  andMore: (first, more) => `${first} and ${more} more`,
  named: (name, id) => (name === id ? id : `${name} (${id})`),
  listMore: (list, more) => list.join(', ') + (more > 0 ? ` and ${more} more` : ''),
  devices: (count) => (count === 1 ? '1 device' : `${count} devices`),
  affectedTitle: (count) => `${count === 1 ? '1 device' : `${count} devices`} affected`,
  closedTitle: (level, lasted) => ` (${level}, lasted ${lasted})`,
  explained: (level, meaning) => `${level} (${meaning})`,
  lasted: (at, duration) => `${at}, after ${duration}`,
  late: (decidedAt) => `this alert was due at ${decidedAt}`,
  link: 'Open the fault page',
  test: {
    title: 'Test message',
    label: 'What this is',
    text: (recipient, hub) =>
      `A test message of Steward to "${recipient}" (${hub}). If you can read it, alerts arrive here.`,
  },
  units: { d: ' d', h: ' h', min: ' min', s: ' s' },
}

export const wordsOf: Readonly<Record<Language, AlertWords>> = { 'zh-CN': zh, en }
