import { StewardError } from '@steward/shared/errors'
import { Port, Slug } from '@steward/shared/model'
import { Command, InvalidArgumentError } from 'commander'
import { listenLocally, openTunnel } from '../sessions/index.ts'
import { apiKeyOf, caOf, type HubAccess, hubOptions } from './hub-call.ts'

type ConnectOptions = HubAccess & { localPort: number; reason: string }
type Target = { site: string; device: string; port: number }

const examples = `
Examples:
  steward connect tower-a/core-1:22                        then: ssh -p PORT admin@127.0.0.1
  steward connect tower-a/cam-07:554 --local-port 8554     then: ffplay rtsp://127.0.0.1:8554/
  steward connect tower-a/nvr-1:443 --reason "fault 4711"  then: open https://127.0.0.1:PORT

The port is opened on 127.0.0.1 only. The agent lets a connection through only while the customer grants it there:
  steward agent grant --device core-1 --port 22 --minutes 60
Exit status: 0 ended here, 1 refused or ended by the hub, 2 misused.`

/** `SITE/DEVICE:PORT` in its parts. */
export function parseTarget(text: string): Target {
  const [, site = '', device = '', digits = ''] = /^([^/]+)\/([^/:]+):(\d{1,5})$/.exec(text) ?? []
  const port = Port.safeParse(Number(digits))
  if (!Slug.safeParse(site).success || !Slug.safeParse(device).success || !port.success) {
    throw new InvalidArgumentError('Write SITE/DEVICE:PORT, for example tower-a/core-1:22.')
  }
  return { site, device, port: port.data }
}

function localPort(text: string): number {
  const port = Port.safeParse(Number(text))
  if (!port.success) throw new InvalidArgumentError('A port is a number from 1 to 65535.')
  return port.data
}

/** Resolves when the person has had enough. */
function interrupted(): Promise<void> {
  return new Promise((resolve) => {
    process.once('SIGINT', () => resolve())
    process.once('SIGTERM', () => resolve())
    if (process.env.STEWARD_EXIT_WITH_PARENT !== '1') return
    process.stdin.once('end', () => resolve())
    process.stdin.once('close', () => resolve())
    process.stdin.resume()
  })
}

async function connect(target: Target, options: ConnectOptions): Promise<void> {
  const ca = caOf(options)
  const hub = { url: options.url, apiKey: apiKeyOf(options), ...(ca === undefined ? {} : { ca }) }
  const tunnel = await openTunnel(hub, { ...target, reason: options.reason })
  try {
    const refused = (line: string) => console.error(line)
    const local = await listenLocally({ port: options.localPort, tunnel, refused })
    const until = new Date(tunnel.grantedUntil).toLocaleString('sv-SE')
    const { site, device, port } = target
    console.log(`127.0.0.1:${local.port} is ${device}:${port} at ${site}, granted until ${until}. Ctrl-C ends it.`)
    const why = await Promise.race([tunnel.ended, interrupted()])
    local.close()
    // A standard input that is still open would keep the process.
    process.stdin.destroy()
    if (why !== undefined) throw new StewardError('uplink/unreachable', `The tunnel has ended: ${why}.`)
  } finally {
    await tunnel.close()
  }
}

/** `steward connect SITE/DEVICE:PORT` */
export function connectCommand(): Command {
  const command = new Command('connect')
    .description('a local port to a device at a site, through its agent')
    .argument('<site/device:port>', 'for example tower-a/core-1:22', parseTarget)
    .option('--local-port <number>', 'the port to open on 127.0.0.1 (left out: a free one)', localPort, 0)
    .option('--reason <text>', 'why, for the record of both sides', '')
  return hubOptions(command)
    .addHelpText('after', examples)
    .action((target: Target, options: ConnectOptions) => connect(target, options))
}
