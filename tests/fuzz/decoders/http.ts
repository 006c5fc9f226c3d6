/** Whole HTTP answers over a socket: head, body, and what a page or a UPnP description says of its device. */
import { isStewardError } from '@steward/shared/errors'
import { recogniseHttp } from '../../../agent/src/drivers/http/recognise.ts'
import { recogniseUpnp } from '../../../agent/src/drivers/http/upnp.ts'
import { bytes, type Decoder } from '../decoder.ts'
import { answerTcp } from '../servers.ts'

const page = '<html><head><meta charset="gb2312"><title>NVR &amp; more</title></head><body>x</body></html>'
const description =
  '<?xml version="1.0"?><root><device><friendlyName>Cam</friendlyName><manufacturer>ACME</manufacturer><modelName>M1</modelName><serialNumber>7</serialNumber></device></root>'
const limits = { timeoutMs: 5000, signal: new AbortController().signal }

export const http: Decoder = {
  corpus: bytes(
    `HTTP/1.1 200 OK\r\nServer: App-webs/\r\nContent-Type: text/html\r\nContent-Length: ${page.length}\r\n\r\n${page}`,
    `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${description.length.toString(16)}\r\n${description}\r\n0\r\n\r\n`,
    'HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Digest realm="DVR", nonce="1", qop="auth"\r\nContent-Length: 0\r\n\r\n',
    'HTTP/1.0 302 Found\r\nLocation: http://192.0.2.1/\r\nConnection: close\r\n\r\n',
    `HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n\r\n${description}`,
  ),
  tokens: bytes(
    '\r\n',
    '\r\n\r\n',
    '0\r\n\r\n',
    'ffffffffffffffff\r\n',
    'Content-Length: 99999999999\r\n',
    ': ',
    '\0',
    '<title',
    '\xff',
  ),
  nests: [
    [Buffer.from('a: b\r\n'), Buffer.alloc(0)],
    [Buffer.from('1\r\nx\r\n'), Buffer.alloc(0)],
    [Buffer.from('<title '), Buffer.alloc(0)],
  ],
  atOnce: 16,
  isRefusal: (error) => isStewardError(error),
  async open() {
    const server = await answerTcp()
    const place = { address: '127.0.0.1', port: server.port, tls: false }
    return {
      decode(message, chance) {
        server.give(message)
        return chance(3) === 0
          ? recogniseUpnp(place.address, `http://127.0.0.1:${place.port}/description.xml`, limits)
          : recogniseHttp(place, limits)
      },
      close: () => server.close(),
    }
  },
}
