/** Read Device Identification (Application Protocol V1.1b3, section 6.21): who a unit is. */
import type { Identity } from '@steward/shared/model'
import type { Limits } from '../contract.ts'
import type { Endpoint } from './endpoint.ts'
import { identificationOf, identificationRequest } from './frame.ts'

/** Objects: vendor name, product code, revision, product name, model name. */
const objects = { vendor: 0, product: 1, revision: 2, productName: 4, modelName: 5 }
const maxAnswers = 4

/** Throws ModbusException where the unit does not know the function, StewardError where it does not answer. */
export async function readIdentification(
  endpoint: Endpoint,
  unit: number,
  limits: Limits,
  told: (id: number, text: string) => void,
): Promise<void> {
  let next: number | null = 0
  for (let answers = 0; next !== null && answers < maxAnswers; answers += 1) {
    const part = identificationOf(await endpoint.ask(unit, identificationRequest(next), limits))
    for (const [id, text] of part.objects) told(id, text)
    next = part.next
  }
}

export function identityOf(found: ReadonlyMap<number, string>): Identity | null {
  const vendor = found.get(objects.vendor)
  const model = found.get(objects.modelName) ?? found.get(objects.productName) ?? found.get(objects.product)
  const firmware = found.get(objects.revision)
  if (found.size === 0) return null
  return { ...(vendor ? { vendor } : {}), ...(model ? { model } : {}), ...(firmware ? { firmware } : {}) }
}
