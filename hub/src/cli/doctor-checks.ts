import { execFile } from 'node:child_process'
import { access, constants, statfs } from 'node:fs/promises'
import { createServer } from 'node:net'
import { dirname } from 'node:path'
import { rootCertificates } from 'node:tls'
import type { Text } from '@steward/shared/model'
import { Agent, request } from 'undici'

export type CheckState = 'ok' | 'warn' | 'fail'
/** `advice` says what to do, empty where nothing is to be done. */
export type Check = { name: string; state: CheckState; found: Text; advice: Text }

const nothing: Text = { zh: '', en: '' }
const same = (text: string): Text => ({ zh: text, en: text })

function check(name: string, state: CheckState, found: Text, advice: Text = nothing): Check {
  return { name, state, found, advice }
}

/** Whether this Node runs Steward: 24 or newer. */
export function checkNode(version: string): Check {
  const major = Number(version.split('.')[0])
  if (major >= 24) return check('node', 'ok', same(`Node ${version}`))
  return check('node', 'fail', same(`Node ${version}`), {
    zh: '需要 Node 24 或更新版本；用 “npx -y pnpm@12 steward …” 运行会自带。',
    en: 'Node 24 or newer is needed; "npx -y pnpm@12 steward …" brings it.',
  })
}

/** The folder, or the nearest one above it that exists. */
async function existing(path: string): Promise<string> {
  try {
    await access(path)
    return path
  } catch {
    return dirname(path) === path ? path : existing(dirname(path))
  }
}

/** Whether the data folder can be written, or made. */
export async function checkDataFolder(path: string): Promise<Check> {
  const folder = await existing(path)
  try {
    await access(folder, constants.W_OK | constants.X_OK)
    const state =
      folder === path ? same(path) : { zh: `${path}（启动时创建）`, en: `${path} (made at the first start)` }
    return check('data folder', 'ok', state)
  } catch {
    return check('data folder', 'fail', same(path), {
      zh: `无权写入 ${folder}；请用 --data 指定其它目录，或更改其所有者。`,
      en: `${folder} cannot be written; name another folder with --data, or change its owner.`,
    })
  }
}

const gibibyte = 1024 ** 3

/** Room on the disk of the data folder: under 1 GiB is a failure, under 10 GiB a warning. */
export async function checkDisk(path: string): Promise<Check> {
  const { bavail, bsize } = await statfs(await existing(path))
  const freeBytes = bavail * bsize
  const found = {
    zh: `可用 ${(freeBytes / gibibyte).toFixed(1)} GiB`,
    en: `${(freeBytes / gibibyte).toFixed(1)} GiB free`,
  }
  if (freeBytes >= 10 * gibibyte) return check('disk', 'ok', found)
  const advice = {
    zh: '请清理磁盘，或用 --data 换到更大的磁盘；300 个设备一年约需 10 GiB。',
    en: 'Free some space or move --data to a larger disk; a year of 300 devices takes about 10 GiB.',
  }
  return check('disk', freeBytes < gibibyte ? 'fail' : 'warn', found, advice)
}

function listenOnce(port: number, host: string): Promise<string | null> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? 'error'))
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(null)))
  })
}

/** Whether the hub could listen on its port now. A port in use is a warning: it may be the hub itself. */
export async function checkPort(port: number, host: string): Promise<Check> {
  const code = await listenOnce(port, host)
  if (code === null) return check('port', 'ok', { zh: `${port} 空闲`, en: `${port} is free` })
  if (code === 'EADDRINUSE') {
    return check(
      'port',
      'warn',
      { zh: `${port} 已被占用`, en: `${port} is in use` },
      {
        zh: '如果不是正在运行的中心，请结束该程序，或用 --port 换一个端口。',
        en: 'Unless it is the running hub, end that program or choose another port with --port.',
      },
    )
  }
  return check(
    'port',
    'fail',
    { zh: `${port} 无法监听（${code}）`, en: `${port} cannot be opened (${code})` },
    {
      zh: '1024 以下的端口需要权限；请用 --port 换一个端口。',
      en: 'Ports below 1024 need a privilege; choose another with --port.',
    },
  )
}

/** Whether services can be installed here. */
export async function checkSystemd(): Promise<Check> {
  try {
    await access('/run/systemd/system')
    return check('systemd', 'ok', { zh: '可安装为服务', en: 'services can be installed' })
  } catch {
    return check(
      'systemd',
      'warn',
      { zh: '未运行', en: 'not running' },
      {
        zh: 'install-service 在此不可用；请自行保证程序随系统启动。',
        en: 'install-service does not work here; see yourself that the programs start with the machine.',
      },
    )
  }
}

function timeIsSynchronised(): Promise<boolean | null> {
  return new Promise((resolve) => {
    const args = ['show', '--property=NTPSynchronized', '--value']
    execFile('timedatectl', args, { timeout: 3000 }, (error, stdout) => {
      const word = stdout.trim()
      resolve(error !== null || (word !== 'yes' && word !== 'no') ? null : word === 'yes')
    })
  })
}

/** Earlier than this no copy of the program existed. */
const earliestMs = Date.UTC(2026, 0, 1)

/** Whether this machine's clock can be believed; `hubOffsetMs` is how far the hub's is ahead, where it was asked. */
export async function checkClock(nowMs: number, hubOffsetMs: number | null): Promise<Check> {
  const now = new Date(nowMs).toISOString()
  const advice = {
    zh: '请启用时间同步（如 systemd-timesyncd 或 chrony）；故障时间与登录令牌都依赖它。',
    en: 'Turn on time synchronisation (systemd-timesyncd, chrony); fault times and sign-in tokens depend on it.',
  }
  if (nowMs < earliestMs) return check('clock', 'fail', same(now), advice)
  const offset = Math.abs(hubOffsetMs ?? 0)
  if (offset > 5000) {
    const seconds = Math.round(offset / 1000)
    const found = { zh: `${now}，与中心相差 ${seconds} 秒`, en: `${now}, ${seconds} s off the hub's` }
    return check('clock', offset > 60_000 ? 'fail' : 'warn', found, advice)
  }
  const synchronised = await timeIsSynchronised()
  if (synchronised !== false) return check('clock', 'ok', same(now))
  return check('clock', 'warn', { zh: `${now}，未同步`, en: `${now}, not synchronised` }, advice)
}

export type HubAnswer = { check: Check; offsetMs: number | null }

/** Whether the hub answers over a connection that is trusted, and how far its clock is ahead. */
export async function checkHub(url: string, ca: string | null): Promise<HubAnswer> {
  const origin = new URL(url).origin
  const dispatcher = new Agent({ connect: ca === null ? {} : { ca: [...rootCertificates, ca] } })
  const startedAt = Date.now()
  try {
    const signal = AbortSignal.timeout(10_000)
    const answer = await request(new URL('/healthz', url), { dispatcher, signal })
    await answer.body.dump({ limit: 65_536, signal })
    const { date } = answer.headers
    const half = (Date.now() - startedAt) / 2
    const offsetMs = typeof date === 'string' ? Date.parse(date) - startedAt - half : null
    if (answer.statusCode === 200) return { check: check('hub', 'ok', same(origin)), offsetMs }
    const found = { zh: `${origin} 应答 HTTP ${answer.statusCode}`, en: `${origin} answers HTTP ${answer.statusCode}` }
    const advice = { zh: '请检查地址，以及中心的日志。', en: "Check the address, and the hub's log." }
    return { check: check('hub', 'fail', found, advice), offsetMs: null }
  } catch (error) {
    return { check: unreachable(origin, error), offsetMs: null }
  } finally {
    await dispatcher.destroy()
  }
}

function unreachable(origin: string, error: unknown): Check {
  const inner = error instanceof AggregateError ? error.errors[0] : error
  const code = inner instanceof Error && 'code' in inner ? String(inner.code) : String(inner)
  const untrusted = /^(UNABLE_TO|SELF_SIGNED|DEPTH_ZERO|CERT_|ERR_TLS)/.test(code)
  const advice = untrusted
    ? {
        zh: '证书不受信任；请用 --ca 指定中心的 CA 文件，或更正主机名。',
        en: "Its certificate is not trusted; give the hub's CA with --ca FILE, or correct the host name.",
      }
    : {
        zh: '请检查地址、网络、防火墙，以及中心是否在运行。',
        en: 'Check the address, the network, firewalls, and that the hub runs.',
      }
  return check('hub', 'fail', same(`${origin} (${code})`), advice)
}
