import { describe, expect, test } from 'vitest'
import { chineseOf, chineseState } from './index.ts'

describe('names of points in Chinese', () => {
  test.each([
    ['Battery temperature', '电池温度'],
    ['Power factor L1', '功率因数 L1'],
    ['Reactive power of all phases', '各相合计无功功率'],
    ['Fan of the processor', '处理器风扇'],
    ['Processor load over 5 min · 1', '处理器负载（5 分钟） · 1'],
    ['Output voltage2', '输出电压 2'],
    ['Port speed · TenGigabitEthernet1/0/1', '端口速率 · TenGigabitEthernet1/0/1'],
  ])('%s is %s', (english, chinese) => {
    expect(chineseOf(english)).toBe(chinese)
  })

  test.each(['', ' ', 'Sensor in Büro 12', 'GE0/0/1', 'Vrc main cfg hp alm', '机房温度'])(
    '%j stays as it is: half a translation is none',
    (name) => {
      expect(chineseOf(name)).toBe(name)
    },
  )

  test('states, whatever their case', () => {
    expect(['OK', 'on battery', 'owErr'].map(chineseState)).toEqual(['正常', '电池供电', 'owErr'])
  })
})
