/** What a web page says that its device is. */
import { kindByWords } from '@steward/shared/discovery'
import { recogniseHttp } from '../../drivers/index.ts'
import type { Question } from '../contract.ts'
import { said } from '../said.ts'

export function askHttp(address: string, port: number, tls: boolean): Question {
  return {
    packets: 5,
    async ask(limits) {
      const web = await recogniseHttp({ address, port, tls }, limits)
      const kind = kindByWords(`${web.title} ${web.realm} ${web.server}`)
      return {
        by: 'http',
        text: said.web(port, web),
        connection: { driver: 'http', port, tls, path: '/', values: [] },
        ...(kind === null ? {} : { kind }),
      }
    },
  }
}
