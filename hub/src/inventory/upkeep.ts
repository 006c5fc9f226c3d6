import type { Inventory } from './inventory.ts'

const dayMs = 86_400_000
/** Longer than any report looks back: the states of a device that flaps would fill the database otherwise. */
const statesKeptMs = 400 * dayMs
const lookEveryMs = dayMs / 4
const rowsAtOnce = 5000

/** Forgets states that are past their time, a few at a time; the present state of a device is kept elsewhere. */
export async function forgetOldStates({ db, platform }: Inventory): Promise<number> {
  let forgotten = 0
  for (;;) {
    const old = db
      .selectFrom('device_states')
      .select(['site', 'device', 'at'])
      .where('at', '<', platform.now() - statesKeptMs)
      .limit(rowsAtOnce)
    const { numDeletedRows } = await db
      .deleteFrom('device_states')
      .where((it) => it(it.refTuple('site', 'device', 'at'), 'in', old.$asTuple('site', 'device', 'at')))
      .executeTakeFirstOrThrow()
    forgotten += Number(numDeletedRows)
    if (numDeletedRows < rowsAtOnce) return forgotten
  }
}

/** Looks now and then; gives the function that ends it. */
export function keepInventory(inventory: Inventory): () => void {
  const timer = setInterval(() => {
    forgetOldStates(inventory).catch((error: unknown) =>
      inventory.platform.log.error({ err: error }, 'old states of devices could not be forgotten'),
    )
  }, lookEveryMs)
  return () => clearInterval(timer)
}
