import type { AgentConfig } from '@steward/shared/model'

const devicesAPiece = 100

/** A configuration as JSON in pieces: with thousands of devices one text would hold up the event loop. */
export function* configBody({ devices, ...rest }: AgentConfig): Generator<string> {
  yield `${JSON.stringify(rest).slice(0, -1)},"devices":[`
  for (let from = 0; from < devices.length; from += devicesAPiece) {
    const piece = devices.slice(from, from + devicesAPiece).map((it) => JSON.stringify(it))
    yield (from === 0 ? '' : ',') + piece.join(',')
  }
  yield ']}'
}
