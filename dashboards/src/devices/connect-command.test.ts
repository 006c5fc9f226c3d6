import { DeviceModel } from '@steward/shared/model'
import { describe, expect, test } from 'vitest'
import { connectCommand } from './connect-command.ts'

const device = (config: object) => ({
  id: 'cam-07',
  site: 'tower-a',
  address: '192.168.1.7',
  config: DeviceModel.parse({ id: 'cam-07', address: '192.168.1.7', ...config }),
})

describe('the line that opens a tunnel', () => {
  test('names site, device and the port of its first connection', () => {
    const camera = device({ connections: [{ driver: 'onvif', port: 8080 }] })
    expect(connectCommand(camera)).toBe('npx -y pnpm@12 steward connect tower-a/cam-07:8080')
  })

  test('leads to the shell of what is read over UDP', () => {
    expect(connectCommand(device({ connections: [{ driver: 'snmp' }] }))).toMatch(/cam-07:22$/)
  })

  test('is not there for what has no address', () => {
    expect(connectCommand({ ...device({}), address: null })).toBeNull()
  })
})
