/** What a web page says that its device is. */
import { kindByWords } from '@steward/shared/discovery'
import { recogniseHttp, type WebServer } from '../../drivers/index.ts'
import type { Question } from '../contract.ts'

export function askHttp(address: string, port: number, tls: boolean): Question {
  return {
    packets: 5,
    async ask(limits) {
      const web = await recogniseHttp({ address, port, tls }, limits)
      const kind = kindByWords(`${web.title} ${web.realm} ${web.server}`)
      return {
        by: 'http',
        text: `port ${port} is a web server${saying(web)}`,
        connection: { driver: 'http', port, tls, path: '/', values: [] },
        ...(kind === null ? {} : { kind }),
      }
    },
  }
}

function saying({ title, server, realm }: WebServer): string {
  const words = [
    title === '' ? '' : `"${title}"`,
    server === '' ? '' : `server ${server}`,
    realm === '' ? '' : `realm ${realm}`,
  ].filter((it) => it !== '')
  return words.length === 0 ? '' : `: ${words.join(', ')}`
}
