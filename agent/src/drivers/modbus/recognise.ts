/** Whether Modbus is spoken at an address, and who is there: one question that reads nothing of the plant. */
import { isStewardError } from '@steward/shared/errors'
import type { Identity } from '@steward/shared/model'
import type { Limits } from '../contract.ts'
import { createEndpoint } from './endpoint.ts'
import { ModbusException } from './frame.ts'
import { identityOf, readIdentification } from './identify.ts'
import { tcpLine } from './line.ts'

/** The usual unit, and the one that means the device behind the address itself (Messaging on TCP/IP, section 4.4.2). */
const units = [1, 255]

/** The first unit that answers; null where something else listens. Throws StewardError when it cannot be reached. */
export async function recogniseModbus(
  at: { address: string; port: number },
  limits: Limits,
): Promise<{ unit: number; identity: Identity } | null> {
  const endpoint = createEndpoint(tcpLine(at.address, at.port))
  try {
    await endpoint.reach(limits)
    for (const unit of units) {
      const found = new Map<number, string>()
      try {
        await readIdentification(
          (pdu) => endpoint.ask(unit, pdu, limits),
          (id, text) => found.set(id, text),
        )
        return { unit, identity: identityOf(found) ?? {} }
      } catch (error) {
        // Most devices do not know this function; that they say so shows that they speak Modbus.
        if (error instanceof ModbusException && !error.isSilence) return { unit, identity: identityOf(found) ?? {} }
        if (limits.signal.aborted || !(error instanceof ModbusException || isStewardError(error))) throw error
      }
    }
    return null
  } finally {
    endpoint.close()
  }
}
