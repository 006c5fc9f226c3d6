/** Whether a port takes connections, by one that is closed at once. */
import { isStewardError } from '@steward/shared/errors'
import type { Limits } from '../contract.ts'
import { connectTcp } from '../tcp-connect.ts'

/** False where it is refused or nobody answers. */
export async function isPortOpen(at: { address: string; port: number }, limits: Limits): Promise<boolean> {
  try {
    const socket = await connectTcp(at.address, at.port, limits)
    socket.on('error', () => undefined)
    socket.destroy()
    return true
  } catch (error) {
    if (isStewardError(error)) return false
    throw error
  }
}
