/** Whether ONVIF is spoken at an address, without a password: the time may be asked by anybody (Core, section 8.3). */
import type { Limits } from '../contract.ts'
import { createOnvifClient } from './client.ts'
import { questions } from './operations.ts'
import { child } from './soap.ts'

/** Throws StewardError when nobody answers, or something else does. */
export async function recogniseOnvif(
  at: { address: string; port: number; path: string },
  limits: Limits,
): Promise<boolean> {
  const client = createOnvifClient(at.address, at.port, null)
  try {
    const body = await client.call({ port: at.port, path: at.path }, questions.time, limits, { anonymous: true })
    return child(body, 'GetSystemDateAndTimeResponse') !== undefined
  } finally {
    client.close()
  }
}
