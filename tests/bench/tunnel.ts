/**
 * What the tunnel costs: one stream in MB/s and the median of an echo, directly over loopback TCP and through tool →
 * steward connect → hub → agent → device, all real processes on this machine. Printed with the ratio.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'
import { createInterface } from 'node:readline'
import { startAgent, startSteward } from '../integration/started-agent.ts'
import { startHub } from '../integration/started-hub.ts'

const address = '127.20.77.8'
const bulkBytes = 256 * 1024 * 1024
const echoes = 2000

/** The device: takes all after a `B` and says how much it was, echoes all after an `E`. */
function serve(socket: Socket): void {
  socket.setNoDelay(true).on('error', () => undefined)
  socket.once('data', (first: Buffer) => {
    if (first[0] === 0x45) {
      if (first.length > 1) socket.write(first.subarray(1))
      socket.pipe(socket)
      return
    }
    let bytes = first.length - 1
    socket.on('data', (it: Buffer) => {
      bytes += it.length
    })
    socket.once('end', () => socket.end(String(bytes)))
  })
}

async function device(): Promise<void> {
  const server = createServer({ allowHalfOpen: true }, serve)
  server.listen(0, address)
  await once(server, 'listening')
  const bound = server.address()
  console.log(bound !== null && typeof bound === 'object' ? bound.port : 0)
  process.stdin.resume().once('end', () => process.exit(0))
}

async function open(host: string, port: number): Promise<Socket> {
  const socket = connect({ host, port, allowHalfOpen: true, noDelay: true })
  await once(socket, 'connect')
  socket.on('error', (error) => console.error(`${host}:${port}: ${error.message}`))
  return socket
}

/** MB/s of one stream to the device, by what the device says that it got. */
async function bulk(host: string, port: number): Promise<number> {
  const socket = await open(host, port)
  const chunk = Buffer.alloc(64 * 1024, 'x')
  const startedAt = performance.now()
  socket.write('B')
  for (let sent = 0; sent < bulkBytes; sent += chunk.length) if (!socket.write(chunk)) await once(socket, 'drain')
  socket.end()
  const [answer] = await once(socket, 'data')
  const seconds = (performance.now() - startedAt) / 1000
  if (Number(String(answer)) !== bulkBytes) throw new Error(`the device got ${answer} of ${bulkBytes} bytes`)
  socket.destroy()
  return bulkBytes / 1e6 / seconds
}

/** Milliseconds of a 32-byte echo, median. */
async function echo(host: string, port: number, count: number): Promise<number> {
  const socket = await open(host, port)
  socket.write('E')
  const times: number[] = []
  for (let round = 0; round < count; round++) {
    const startedAt = performance.now()
    socket.write(Buffer.alloc(32))
    for (let got = 0; got < 32; ) got += (await once(socket, 'data'))[0].length
    times.push(performance.now() - startedAt)
  }
  socket.destroy()
  return times.sort((a, b) => a - b)[count >> 1] ?? Number.NaN
}

async function firstLine(child: ChildProcess): Promise<string> {
  if (child.stdout === null) throw new Error('no output')
  const [line] = await once(createInterface(child.stdout), 'line')
  return String(line)
}

async function measure(host: string, port: number) {
  await echo(host, port, 200)
  const echoMs = await echo(host, port, echoes)
  await bulk(host, port)
  return { echoMs, bulkMBps: Math.max(await bulk(host, port), await bulk(host, port)) }
}

async function main(): Promise<void> {
  const deviceProcess = spawn(process.execPath, [import.meta.filename, 'device'], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const port = Number(await firstLine(deviceProcess))
  const hub = await startHub()
  const document = {
    customers: [{ id: 'c', name: 'C' }],
    sites: [{ id: 's', name: 'S', customer: 'c', devices: [{ id: 'd', address }] }],
  }
  await hub.call('POST', 'apply', document)
  const agent = await startAgent(hub, 's')
  const granted = await agent.command('grant', '--device', 'd', '--port', String(port), '--minutes', '30')
  if (granted.status !== 0) throw new Error(granted.stderr)
  const args = ['connect', `s/d:${port}`, '--url', hub.url, '--ca', `${hub.dataDir}/ca.pem`]
  const connected = startSteward(args, { STEWARD_API_KEY: hub.apiKey })
  connected.stderr?.pipe(process.stderr)
  const local = Number(/^127\.0\.0\.1:(\d+) /.exec(await firstLine(connected))?.[1])
  const direct = await measure(address, port)
  const tunnel = await measure('127.0.0.1', local)
  console.table({
    'loopback TCP': { 'one stream MB/s': Math.round(direct.bulkMBps), 'echo median ms': direct.echoMs.toFixed(3) },
    tunnel: { 'one stream MB/s': Math.round(tunnel.bulkMBps), 'echo median ms': tunnel.echoMs.toFixed(3) },
    ratio: {
      'one stream MB/s': (tunnel.bulkMBps / direct.bulkMBps).toFixed(2),
      'echo median ms': (tunnel.echoMs / direct.echoMs).toFixed(1),
    },
  })
  connected.kill()
  deviceProcess.kill()
  await agent.stop()
  await hub.stop()
}

await (process.argv[2] === 'device' ? device() : main())
