import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import { promisify } from 'node:util'
import jpeg from 'jpeg-js'
import { request } from 'undici'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { findProgram } from '../../requirements.ts'
import { createGate } from '../gate.ts'
import { type CameraHandle, startCamera } from './index.ts'
import { pictureOf } from './picture.ts'

/** Not spawnSync: the camera answers in this very process. */
const run = promisify(execFile)
const credentials = { user: 'service', password: 'Right-1' }
const gate = createGate()
let camera: CameraHandle

beforeAll(async () => {
  camera = await startCamera({
    address: '127.0.0.1',
    httpPort: 0,
    rtspPort: 0,
    gate,
    credentials,
    camera: {
      name: 'cam-01',
      model: 'SIM-CAM',
      serial: '404705923918060213',
      firmware: '1.10',
      mac: '02:57:00:00:00:07',
      channels: [
        { token: 'main', name: 'Main', picture: 'cam-01', width: 2560, height: 1440, fps: 25 },
        { token: 'sub', name: 'Sub', picture: 'cam-01', width: 640, height: 360, fps: 15 },
      ],
      clockOffsetMs: 90_000,
    },
  })
})
afterAll(() => camera.close())

const deviceNow = () => Date.now() + 90_000

async function post(body: string): Promise<{ status: number; text: string }> {
  const answer = await request(`http://127.0.0.1:${camera.httpPort}/onvif/device_service`, { method: 'POST', body })
  return { status: answer.statusCode, text: await answer.body.text() }
}

function soap(operation: string, header = '', inside = ''): string {
  return `<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Header>${header}</s:Header><s:Body><${operation} xmlns="http://www.onvif.org/ver10/device/wsdl">${inside}</${operation}></s:Body></s:Envelope>`
}

function token(password: string, at: number): string {
  const nonce = Buffer.from('0123456789abcdef')
  const created = new Date(at).toISOString()
  const digest = createHash('sha1').update(nonce).update(created).update(password).digest('base64')
  return `<Security><UsernameToken><Username>service</Username><Password>${digest}</Password><Nonce>${nonce.toString('base64')}</Nonce><Created>${created}</Created></UsernameToken></Security>`
}

describe('ONVIF', () => {
  test('gives the time to anybody, the rest to who knows the password', async () => {
    const { status, text } = await post(soap('GetSystemDateAndTime'))
    expect(status).toBe(200)
    const minute = /<tt:Minute>(\d+)</.exec(text)?.[1]
    expect([deviceNow(), deviceNow() - 5000].map((it) => String(new Date(it).getUTCMinutes()))).toContain(minute)
    expect((await post(soap('GetDeviceInformation'))).status).toBe(401)
  })

  test('takes a UsernameToken made with its own time, and no other', async () => {
    const good = await post(soap('GetDeviceInformation', token('Right-1', deviceNow())))
    expect(good.status).toBe(200)
    expect(good.text).toContain('<tds:SerialNumber>404705923918060213</tds:SerialNumber>')
    expect((await post(soap('GetDeviceInformation', token('Wrong-1', deviceNow())))).text).toContain('NotAuthorized')
    expect((await post(soap('GetDeviceInformation', token('Right-1', Date.now())))).text).toContain('NotAuthorized')
  })

  test.each([
    ['GetCapabilities', 'media_service'],
    ['GetServices', 'ver10/media/wsdl'],
    ['GetProfiles', 'token="sub"'],
    ['GetStreamUri', 'rtsp://127.0.0.1:'],
    ['GetSnapshotUri', '/snapshot/main.jpg'],
    ['GetNetworkInterfaces', '02:57:00:00:00:07'],
    ['GetHostname', 'cam-01'],
    ['GetScopes', 'onvif://'],
  ])('%s is answered', async (operation, part) => {
    const { status, text } = await post(soap(operation, token('Right-1', deviceNow())))
    expect(status).toBe(200)
    expect(text).toContain(part)
    expect(text).toContain(`${operation}Response`)
  })

  test('what it does not know, what is no SOAP and what is too large are refused', async () => {
    const unknown = await post(soap('GetNothing', token('Right-1', deviceNow())))
    expect(unknown.text).toContain('ActionNotSupported')
    expect((await post('<<<')).status).toBe(400)
    expect((await post(soap('GetScopes', '', 'x'.repeat(70_000)))).status).toBe(413)
  })

  test('with another password from now on, neither way works', async () => {
    gate.set('auth')
    expect((await post(soap('GetDeviceInformation', token('Right-1', deviceNow())))).text).toContain('NotAuthorized')
    gate.set(null)
  })
})

describe('pictures', () => {
  test('are whole JPEGs that an independent decoder reads, and move', () => {
    const decode = (at: number) => jpeg.decode(pictureOf('cam-01', at))
    const [first, second] = [decode(1_000_000), decode(1_002_000)]
    expect([first.width, first.height]).toEqual([384, 216])
    const changed = first.data.filter((value, i) => Math.abs(value - (second.data[i] ?? 0)) > 40).length
    expect(changed).toBeGreaterThan(500)
    // White letters on the upper left, as they were drawn.
    const white = (left: number) => {
      let count = 0
      for (let y = 8; y < 22; y += 1)
        for (let x = left; x < left + 70; x += 1) if ((first.data[(y * first.width + x) * 4] ?? 0) > 200) count += 1
      return count
    }
    expect(white(8)).toBeGreaterThan(100)
    expect(white(300)).toBe(0)
  })

  test.skipIf(findProgram('curl') === null)('come by Digest, as curl speaks it', async () => {
    const get = async (path: string, password: string) => {
      const args = ['-s', '--digest', '-u', `service:${password}`, '-w', '%{http_code}', '-o', '/dev/null']
      return (await run('curl', [...args, `http://127.0.0.1:${camera.httpPort}${path}`])).stdout
    }
    expect(await get('/snapshot/sub.jpg', 'Right-1')).toBe('200')
    expect(await get('/snapshot/other.jpg', 'Right-1')).toBe('404')
    expect(await get('/snapshot/sub.jpg', 'Wrong-1')).toBe('401')
  })
})

/** As little of an RTSP client as there can be. */
class Viewer {
  readonly #socket: Socket
  #received = Buffer.alloc(0)
  #sequence = 0
  #nonce = ''

  constructor(port: number) {
    this.#socket = connect(port, '127.0.0.1')
    this.#socket.on('data', (data) => {
      this.#received = Buffer.concat([this.#received, data])
    })
  }

  async #until<T>(take: () => T | null): Promise<T> {
    for (;;) {
      const taken = take()
      if (taken !== null) return taken
      await once(this.#socket, 'data')
    }
  }

  async ask(method: string, headers: string[] = []): Promise<string> {
    const uri = `rtsp://127.0.0.1/${method}`
    this.#sequence += 1
    const md5 = (text: string) => createHash('md5').update(text).digest('hex')
    const response = md5(`${md5('service:device:Right-1')}:${this.#nonce}:${md5(`${method}:${uri}`)}`)
    const proof = `Authorization: Digest username="service", realm="device", nonce="${this.#nonce}", uri="${uri}", response="${response}"`
    const lines = [
      `${method} ${uri} RTSP/1.0`,
      `CSeq: ${this.#sequence}`,
      ...(this.#nonce === '' ? [] : [proof]),
      ...headers,
    ]
    this.#socket.write(`${lines.join('\r\n')}\r\n\r\n`)
    const head = await this.#until(() => {
      const end = this.#received.indexOf('\r\n\r\n')
      if (end < 0) return null
      const text = this.#received.subarray(0, end).toString()
      const length = Number(/Content-Length: (\d+)/.exec(text)?.[1] ?? 0)
      if (this.#received.length < end + 4 + length) return null
      const body = this.#received.subarray(end + 4, end + 4 + length).toString()
      this.#received = this.#received.subarray(end + 4 + length)
      return `${text}\r\n\r\n${body}`
    })
    this.#nonce = /nonce="([^"]+)"/.exec(head)?.[1] ?? this.#nonce
    return head
  }

  packet(): Promise<Buffer> {
    return this.#until(() => {
      const size = this.#received.length < 4 ? Number.POSITIVE_INFINITY : 4 + this.#received.readUInt16BE(2)
      if (this.#received.length < size) return null
      const packet = this.#received.subarray(4, size)
      this.#received = this.#received.subarray(size)
      return packet
    })
  }

  close(): void {
    this.#socket.destroy()
  }
}

describe('RTSP', () => {
  test('asks for the password, describes, and streams in the same connection', async () => {
    const viewer = new Viewer(camera.rtspPort)
    expect(await viewer.ask('OPTIONS')).toContain('DESCRIBE')
    expect(await viewer.ask('DESCRIBE')).toContain('401 Unauthorized')
    expect(await viewer.ask('DESCRIBE')).toContain('H264/90000')
    expect(await viewer.ask('PLAY')).toContain('454 ')
    expect(await viewer.ask('SETUP', ['Transport: RTP/AVP/TCP;unicast;interleaved=2-3'])).toContain('interleaved=2-3')
    expect(await viewer.ask('PLAY')).toContain('200 OK')
    const packets = [await viewer.packet(), await viewer.packet(), await viewer.packet()]
    expect(packets.map((it) => it.readUInt16BE(2))).toEqual([0, 1, 2])
    expect(packets.map((it) => it.readUInt32BE(4))).toEqual([0, 3600, 7200])
    viewer.close()
  })

  test('streams over UDP to whoever asked, until it is told to stop', async () => {
    const udp = createSocket('udp4').bind(0, '127.0.0.1')
    await once(udp, 'listening')
    const { port } = udp.address()
    const viewer = new Viewer(camera.rtspPort)
    await viewer.ask('DESCRIBE')
    const transport = `Transport: RTP/AVP;unicast;client_port=${port}-${port + 1}`
    expect(await viewer.ask('SETUP', [transport])).toContain('server_port=')
    expect(await viewer.ask('PLAY')).toContain('200 OK')
    const [packet] = await once(udp, 'message')
    expect(packet[0]).toBe(0x80)
    expect(await viewer.ask('TEARDOWN')).toContain('200 OK')
    expect(await viewer.ask('PLAY')).toContain('454 ')
    viewer.close()
    udp.close()
  })
})
