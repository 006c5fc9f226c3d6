import type { OpenProblem } from './config/index.ts'
import type { Vault } from './vault/index.ts'

/** Secrets that are not given out: entered for another address than the device has now, or not to be opened. */
export function secretProblems(vault: Vault, addressOf: (device: string) => string | undefined): OpenProblem[] {
  return vault.list().flatMap(({ device, fields }) => {
    const address = addressOf(device)
    if (address === undefined) return []
    const answer = vault.secretOf(device, address)
    const again = `steward agent secret set ${device}`
    const about = { key: `secret/${device}`, code: 'driver/no-secret', device }
    if (answer.state === 'elsewhere') {
      const message = `The password of ${device} was entered for ${answer.address}; the hub now names ${address}, so it is not used. If that is right, enter it again: ${again}`
      return [{ ...about, message }]
    }
    if (answer.state === 'unreadable' || fields === null) {
      return [
        {
          ...about,
          message: `The password of ${device} cannot be opened with this vault's key; enter it again: ${again}`,
        },
      ]
    }
    return []
  })
}
