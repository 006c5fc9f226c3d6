/** What answers a question to everybody, and BACnet, on real sockets of loopback: nothing leaves this machine. */
import { spawn } from 'node:child_process'
import { createSocket, type Socket } from 'node:dgram'
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { FoundDevice } from '@steward/shared/discovery'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { bacnet, hasManyAddresses, startBacnetDevice } from '../simulators/index.ts'

const steward = join(import.meta.dirname, '..', '..', 'steward.js')
const net = 37
const at = (last: number): string => `127.${net}.0.${last}`
const Report = z.object({ devices: z.array(FoundDevice.extend({ proposal: z.object({ id: z.string() }) })) })

const closing: (() => void)[] = []

async function bound(address: string, port: number): Promise<Socket> {
  const socket = createSocket({ type: 'udp4', reuseAddr: true })
  socket.bind(port, address)
  await once(socket, 'listening')
  closing.push(() => socket.close())
  return socket
}

/** Hears a group on loopback, and answers from an address of its own, once a question. */
async function answering(group: string, port: number, from: string, answer: (question: Buffer) => Buffer | null) {
  const voice = await bound(from, 0)
  const ear = await bound(group, port)
  ear.addMembership(group, '127.0.0.1')
  ear.on('message', (question, { address, port: to }) => {
    const said = answer(question)
    if (said !== null && address.startsWith('127.')) voice.send(said, to, address)
  })
}

const probeMatch = (probe: Buffer, address: string, name: string): Buffer | null => {
  const id = /MessageID>([^<]+)</.exec(probe.toString())?.[1]
  if (id === undefined) return null
  const scopes = `onvif://www.onvif.org/type/video_encoder onvif://www.onvif.org/name/${name} onvif://www.onvif.org/hardware/DS-2CD2043 onvif://www.onvif.org/MAC/44:19:b6:00:00:07`
  return Buffer.from(
    `<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Header><RelatesTo>${id}</RelatesTo></s:Header><s:Body><ProbeMatches><ProbeMatch><Scopes>${scopes}</Scopes><XAddrs>http://${address}:8899/onvif/device_service</XAddrs></ProbeMatch></ProbeMatches></s:Body></s:Envelope>`,
  )
}

/** `Lobby printer` at `_ipp._tcp.local`, as RFC 6762 writes it. */
function dnsAnswer(question: Buffer): Buffer | null {
  if (!question.includes('_ipp')) return null
  const name = (...labels: string[]) =>
    Buffer.concat([...labels.map((it) => Buffer.concat([Buffer.from([it.length]), Buffer.from(it)])), Buffer.from([0])])
  const service = ['_ipp', '_tcp', 'local']
  const data = name('Lobby printer', ...service)
  const head = Buffer.from([0, 0, 0x84, 0, 0, 0, 0, 1, 0, 0, 0, 0])
  question.copy(head, 0, 0, 2)
  const fixed = Buffer.from([0, 12, 0, 1, 0, 0, 0, 120, data.length >> 8, data.length & 255])
  return Buffer.concat([head, name(...service), fixed, data])
}

async function startDescription(address: string): Promise<number> {
  const server: Server = createServer((_request, response) => {
    response.end(
      '<root><device><friendlyName>Garage NVR</friendlyName><manufacturer>Example</manufacturer></device></root>',
    )
  })
  server.listen(0, address)
  await once(server, 'listening')
  closing.push(() => server.close())
  const bind = server.address()
  return bind !== null && typeof bind === 'object' ? bind.port : 0
}

async function discover(...args: string[]) {
  const options = ['--json', '--data', '/nowhere/agent', '--rate', '1000', ...args]
  const child = spawn(process.execPath, [steward, 'discover', ...options], { stdio: ['ignore', 'pipe', 'inherit'] })
  const out = await text(child.stdout)
  return Report.parse(JSON.parse(out)).devices
}

describe.runIf(await hasManyAddresses(net))('questions to everybody', () => {
  beforeAll(async () => {
    const port = await startDescription(at(4))
    const single = await bound(at(2), 3702)
    single.on('message', (probe, { address, port: to }) => {
      const said = probeMatch(probe, at(2), 'Unicast')
      if (said !== null) single.send(said, to, address)
    })
    await answering('239.255.255.250', 3702, at(3), (it) => probeMatch(it, at(3), 'Hall%20NVR'))
    await answering('239.255.255.250', 3702, '127.99.0.1', (it) => probeMatch(it, '127.99.0.1', 'Elsewhere'))
    await answering('239.255.255.250', 1900, at(4), (it) =>
      it.toString().startsWith('M-SEARCH')
        ? Buffer.from(`HTTP/1.1 200 OK\r\nSERVER: Linux UPnP/1.0\r\nLOCATION: http://10.9.9.9:${port}/d.xml\r\n\r\n`)
        : null,
    )
    await answering('224.0.0.251', 5353, at(5), dnsAnswer)
  })
  afterAll(() => {
    for (const it of closing) it()
  })

  test('WS-Discovery, SSDP and mDNS tell who is there, and nobody from elsewhere is taken', async () => {
    const devices = await discover(`127.${net}.0.0/29`)
    expect(devices.map((it) => it.address)).toEqual([at(2), at(3), at(4), at(5)])
    const [single, recorder, upnp, printer] = devices
    const connection = { driver: 'onvif', port: 8899, path: '/onvif/device_service' }
    expect(single).toMatchObject({
      kind: 'camera',
      connections: [connection],
      identity: {
        name: 'Unicast',
        model: 'DS-2CD2043',
        mac: '44:19:b6:00:00:07',
        vendor: expect.stringMatching(/Hikvision/),
      },
    })
    expect(recorder).toMatchObject({ kind: 'nvr', identity: { name: 'Hall NVR' }, proposal: { id: 'hall-nvr' } })
    expect(upnp).toMatchObject({ kind: 'nvr', identity: { name: 'Garage NVR', vendor: 'Example' } })
    expect(printer).toMatchObject({ kind: 'printer', identity: { name: 'Lobby printer' } })
  })

  test('BACnet controllers answer Who-Is and say who they are', async () => {
    const properties = {
      75: [{ type: 12, value: { type: 8, instance: 12 } }],
      76: [],
      77: bacnet.text('AHU-1'),
      121: bacnet.text('Example Controls'),
    }
    const device = await startBacnetDevice([{ type: 8, instance: 12, properties }])
    try {
      const [found] = await discover('127.0.0.1/32', '--port', `bacnet:${device.port}`)
      expect(found).toMatchObject({ kind: 'controller', identity: { vendor: 'Example Controls', name: 'AHU-1' } })
      expect(found?.connections).toContainEqual({ driver: 'bacnet', port: device.port })
    } finally {
      await device.close()
    }
  })
})
