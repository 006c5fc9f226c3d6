import { FaultKind, FaultLevel } from '@steward/shared/model'
import { expect, test } from 'vitest'
import type { AlertFacts } from './facts.ts'
import { plainText, renderAlert } from './render.ts'
import { siteTime, span } from './time.ts'
import { wordsOf } from './words.ts'

const openedAt = Date.UTC(2026, 2, 1, 19, 12, 5)
const facts: AlertFacts = {
  event: 'opened',
  fault: 'tower-a~core-1-9',
  incident: null,
  level: 'L3',
  previousLevel: null,
  kind: 'down',
  site: { id: 'tower-a', name: 'Tower A', timezone: 'Asia/Shanghai' },
  devices: [{ id: 'cam-07', name: 'Lobby camera' }],
  deviceCount: 1,
  affected: 0,
  reason: { zh: '摄像机无应答。', en: 'The camera does not answer.' },
  openedAt,
  closedAt: null,
  stillOpen: [],
}

function text(language: 'zh-CN' | 'en', over: Partial<AlertFacts> = {}, lateMs = 0): string {
  const context = { id: '1', language, publicUrl: 'https://hub.example', decidedAt: openedAt, now: openedAt + lateMs }
  return plainText(renderAlert({ ...facts, ...over }, context))
}

test('an opening, in English', () => {
  expect(text('en')).toBe(
    [
      '🔶 L3 fault · Tower A · Lobby camera',
      '',
      'Level: L3 fault (direct effect on the service)',
      'Site: Tower A (tower-a)',
      'Device: Lobby camera (cam-07)',
      'Kind: down',
      'Reason: The camera does not answer.',
      'Since: 2026-03-02 03:12:05 (Asia/Shanghai)',
      '',
      'Open the fault page: https://hub.example/faults/tower-a~core-1-9',
    ].join('\n'),
  )
})

test('a closing, in Chinese, with what stays open', () => {
  const over = { level: 'L1', closedAt: openedAt + 3_725_000 } as const
  const stillOpen = [{ id: 'core-1', name: 'core-1', level: 'L2' as const }]
  expect(text('zh-CN', { event: 'closed', ...over, stillOpen })).toBe(
    [
      '✅ 已恢复 · Tower A · Lobby camera（一级故障，持续 1 小时 2 分钟）',
      '',
      '级别：一级故障（整个系统瘫痪）',
      '站点：Tower A（tower-a）',
      '设备：Lobby camera（cam-07）',
      '类型：中断',
      '原因：摄像机无应答。',
      '开始：2026-03-02 03:12:05 (Asia/Shanghai)',
      '恢复：2026-03-02 04:14:10 (Asia/Shanghai)，持续 1 小时 2 分钟',
      '仍未恢复：core-1 L2',
      '',
      '打开故障页面：https://hub.example/faults/tower-a~core-1-9',
    ].join('\n'),
  )
})

test('an incident names its first cause and how many more, a rise from where, a silent site that it is silent', () => {
  const devices = [...facts.devices, { id: 'b', name: 'b' }]
  const two: Partial<AlertFacts> = { devices, deviceCount: 12, affected: 42, level: 'L1' }
  expect(text('en', two)).toMatch(/^🛑 L1 fault · Tower A · Lobby camera and 11 more · 42 devices affected\n/)
  expect(text('en', two)).toContain('Device: Lobby camera (cam-07), b and 10 more\n')
  expect(text('zh-CN', two)).toMatch(/^🛑 一级故障 · Tower A · Lobby camera 等 12 台 · 影响 42 台设备\n/)
  const raised = { event: 'raised', previousLevel: 'L3', level: 'L2' } as const
  expect(text('en', raised)).toMatch(/^⚠️ Raised from L3 to L2 · /)
  expect(text('zh-CN', raised)).toMatch(/^⚠️ 由三级升为二级故障 · /)
  const silent: Partial<AlertFacts> = { devices: [], deviceCount: 0, kind: 'site-unreachable', level: 'L2' }
  expect(text('zh-CN', silent)).toMatch(/^⚠️ 二级故障 · Tower A · 站点失联\n/)
})

test('an alert that comes late says when it was due', () => {
  expect(text('en', {}, 4 * 60_000)).not.toContain('Late')
  expect(text('en', {}, 6 * 60_000)).toContain('Late: this alert was due at 2026-03-02 03:12:05 (Asia/Shanghai)')
})

test('what comes from outside stays one line', () => {
  const reason = { zh: '', en: `first\nSite: forged\r\n${'x'.repeat(5000)}` }
  const lines = text('en', { reason }).split('\n')
  expect(lines.filter((it) => it.startsWith('Site:'))).toEqual(['Site: Tower A (tower-a)'])
  expect(Math.max(...lines.map((it) => it.length))).toBeLessThan(620)
})

test('every level and kind has its words in both languages', () => {
  for (const words of Object.values(wordsOf)) {
    expect(Object.keys(words.levels)).toEqual(FaultLevel.options)
    expect(Object.keys(words.kinds)).toEqual(FaultKind.options)
  }
  expect(Object.keys(wordsOf.en.labels)).toEqual(Object.keys(wordsOf['zh-CN'].labels))
})

test('spans have their two largest units, times the site’s clock through a change of it', () => {
  const { en } = wordsOf
  expect([0, 999, 40_000, 60_000, 125_000, 3_600_000, 90_061_000].map((it) => span(it, en))).toEqual([
    '0 s',
    '0 s',
    '40 s',
    '1 min',
    '2 min 5 s',
    '1 h',
    '1 d 1 h',
  ])
  const beforeSummerTime = Date.UTC(2026, 2, 29, 0, 59, 59)
  expect(siteTime(beforeSummerTime, 'Europe/Berlin')).toBe('2026-03-29 01:59:59 (Europe/Berlin)')
  expect(siteTime(beforeSummerTime + 1000, 'Europe/Berlin')).toBe('2026-03-29 03:00:00 (Europe/Berlin)')
})
