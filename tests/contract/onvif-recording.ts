/** A recorded camera on a local port: each operation is answered with what the real one answered to it. */
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { z } from 'zod'

const Exchange = z.object({ op: z.string(), service: z.string(), status: z.number(), response: z.string().nullish() })
type Exchange = z.infer<typeof Exchange>

const Expected = z.object({
  manufacturer: z.string().nullish(),
  model: z.string().nullish(),
  firmware: z.string().nullish(),
  serial: z.string().nullish(),
  note: z.string().nullish(),
  profiles: z.array(
    z.object({
      token: z.string(),
      name: z.string().nullish(),
      encoding: z.string().nullish(),
      width: z.number().nullish(),
      height: z.number().nullish(),
    }),
  ),
})
export type ExpectedCamera = z.infer<typeof Expected>

export function readExpected(file: string): ExpectedCamera {
  return Expected.parse(JSON.parse(readFileSync(file, 'utf8')))
}

function readExchanges(file: string): Exchange[] {
  const lines = readFileSync(file, 'utf8').split('\n')
  return lines.filter((it) => it !== '').map((it) => Exchange.parse(JSON.parse(it)))
}

const operation = /<(?:\w+:)?Body[^>]*>\s*<(?:(\w+):)?(\w+)[^>]*?(?:xmlns(?::\w+)?="([^"]+)")?[\s/>]/

export async function replayCamera(file: string): Promise<{ port: number; asked: string[]; close(): Promise<void> }> {
  const exchanges = readExchanges(file)
  const asked: string[] = []
  const server = createServer((request, response) => {
    let body = ''
    request.on('data', (chunk: Buffer) => {
      body += chunk.toString()
    })
    request.on('end', () => {
      const [, , name = '', namespace = ''] = operation.exec(body) ?? []
      asked.push(name)
      const isSecond = namespace.includes('ver20/media')
      const fits = exchanges.filter((it) => it.op === name && (it.service === 'media2') === isSecond)
      const found = fits[0]
      if (found === undefined) response.writeHead(request.method === 'POST' ? 500 : 404).end()
      else response.writeHead(found.status, { 'content-type': 'application/soap+xml' }).end(found.response ?? '')
    })
  })
  server.listen(0, '127.0.0.1')
  await new Promise((resolve) => server.once('listening', resolve))
  const bound = server.address()
  return {
    port: bound !== null && typeof bound === 'object' ? bound.port : 0,
    asked,
    close: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
