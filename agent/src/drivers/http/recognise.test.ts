import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import { afterEach, expect, test } from 'vitest'
import { recogniseHttp } from './recognise.ts'
import { recogniseUpnp } from './upnp.ts'

const closing: (() => void)[] = []
afterEach(() => {
  for (const it of closing.splice(0)) it()
})

async function serve(listener: RequestListener): Promise<number> {
  const server = createServer(listener)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  closing.push(() => server.close())
  const address = server.address()
  return address !== null && typeof address === 'object' ? address.port : 0
}

const limits = () => ({ timeoutMs: 5000, signal: new AbortController().signal })
const recognise = async (listener: RequestListener) =>
  recogniseHttp({ address: '127.0.0.1', port: await serve(listener), tls: false }, limits())

test('title, server and realm', async () => {
  const web = await recognise((_, response) => {
    const headers = { server: 'App-webs/', 'www-authenticate': 'Digest realm="IP Camera(C1)", nonce="1"' }
    response.writeHead(401, headers).end('<html><TITLE lang="en">\n Door &amp; gate\u0007 </TITLE>')
  })
  expect(web).toEqual({ status: 401, title: 'Door gate', server: 'App-webs/', realm: 'IP Camera(C1)' })
})

test('a page in GBK that says so', async () => {
  const title = Buffer.from([0xcd, 0xf8, 0xc2, 0xe7, 0xc5, 0xc4, 0xcf, 0xf1])
  const page = Buffer.concat([Buffer.from('<meta charset="gb2312"><title>'), title, Buffer.from('</title>')])
  expect((await recognise((_, response) => response.end(page))).title).toBe('网络拍像')
})

test('a page that is made to be slow to search says nothing', async () => {
  expect((await recognise((_, response) => response.end('<title '.repeat(30_000)))).title).toBe('')
})

test('a description is read at the device itself, whatever host it names', async () => {
  const paths: string[] = []
  const port = await serve((request, response) => {
    paths.push(request.url ?? '')
    response.end('<root><device><friendlyName>NVR &amp; more</friendlyName><modelName>N-1</modelName></device></root>')
  })
  const identity = await recogniseUpnp('127.0.0.1', `http://10.9.9.9:${port}/d.xml?x=1`, limits())
  expect({ identity, paths }).toEqual({ identity: { name: 'NVR more', model: 'N-1' }, paths: ['/d.xml?x=1'] })
  expect(await recogniseUpnp('127.0.0.1', 'file:///etc/passwd', limits())).toBeNull()
  expect(await recogniseUpnp('127.0.0.1', 'not an address', limits())).toBeNull()
})
