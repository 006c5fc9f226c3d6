/** What the demo says when it is ready: where to go, and what to try. */
import { type Building, siteId } from '../simulators/index.ts'
import type { Folder, Memory } from './folder.ts'

export type Greeting = {
  url: string
  memory: Memory
  folder: Folder
  /** whether --data was given, so that the other commands need it too */
  keeps: boolean
  building: Building
  seconds: number
}

export function greeting({ url, memory, folder, keeps, building, seconds }: Greeting): string {
  const pnpm = 'npx -y pnpm@12'
  const data = keeps ? ` --data ${folder.path}` : ''
  const camera = building.devices.find((it) => it.id === 'cam-07')
  const port = camera?.connections?.[0]?.port ?? 80
  const commands: [command: string, en: string, zh: string][] = [
    [`demo:break cam-07${data}`, 'one camera: fault level L3', '一台摄像机：三级故障'],
    [`demo:break core-1${data}`, 'redundancy gone: L2', '失去冗余：二级故障'],
    [`demo:break core-2${data}`, 'with both: one incident at L1', '两台都断：一起一级故障'],
    [`demo:heal core-1${data}`, 'mends it', '恢复'],
    [
      `demo:break door-1 --mode hang${data}`,
      'modes: power hang slow flap auth, mains for ups-1, and for cameras black blurred covered moved frozen',
      '方式：断电 卡死 迟缓 时通时断 改密码，ups-1 另可断市电，摄像机另有全黑 失焦 遮挡 移位 冻结',
    ],
  ]
  const width = Math.max(...commands.map(([it]) => it.length))
  const lines = commands.map(([command, en, zh]) => `  ${pnpm} ${command.padEnd(width)}   ${en} ${zh}`)
  return `
Steward's demo is ready after ${seconds.toFixed(0)} s: ${building.devices.length} devices, one agent, one hub.
演示已就绪：${building.devices.length} 台设备、一个代理、一个中心。

  Address  地址   ${url}
  Login    用户   ${memory.user}
  Password 密码   ${memory.password}
  (Its certificate is made by its own authority 证书由自有机构签发: ${folder.caFile})

Try in a second shell here 在另一个终端试一试:
${lines.join('\n')}

A connection to a camera, through the agent 经代理连接摄像机:
  STEWARD_API_KEY=${memory.apiKey} ${pnpm} steward connect ${siteId}/cam-07:${port} --url ${url} --ca ${folder.caFile}

Ctrl-C ends everything. 按 Ctrl-C 结束全部进程。`
}
