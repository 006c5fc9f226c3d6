/** ONVIF devices, by the one question that needs no password. */
import { Connection } from '@steward/shared/model'
import { recogniseOnvif } from '../../drivers/index.ts'
import type { Question } from '../contract.ts'
import { said } from '../said.ts'

export function askOnvif(address: string, port: number): Question {
  return {
    packets: 5,
    async ask(limits) {
      const connection = Connection.parse({ driver: 'onvif', port })
      const path = connection.driver === 'onvif' ? connection.path : '/'
      if (!(await recogniseOnvif({ address, port, path }, limits))) return null
      return { by: 'onvif', text: said.onvif(port), kind: 'camera', connection }
    },
  }
}
