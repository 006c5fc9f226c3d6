/** NTP: whether a time server answers, and how far its clock and the agent's are apart. */
import { randomBytes } from 'node:crypto'
import type { ConnectionOf } from '@steward/shared/model'
import { askUdp } from '../ask-udp.ts'
import type { Driver, DriverSession, LearnedPoint, Limits, Target } from '../contract.ts'
import { checkOutcomeOf } from '../network-failure.ts'
import { placeOf } from '../tcp-connect.ts'
import { leapWords, ntpQuestion, offsetOf, readNtpAnswer } from './packet.ts'

/** One of both clocks is wrong beyond this; which, a third one tells. */
const usualLimitS = 1

const point = (id: string, name: string, unit: string) => ({ id, class: 'value', instance: '', name, unit })
const offset: LearnedPoint = {
  ...point('ntp.offset', 'Clock ahead of the agent', 's'),
  class: 'clock-drift',
  limits: { low: -usualLimitS, high: usualLimitS },
  watch: { isDirect: false },
}
const leap: LearnedPoint = {
  ...point('ntp.leap', 'Leap second', ''),
  class: 'state',
  states: [...leapWords],
  watch: { isDirect: false, states: ['unsynchronised'] },
}
const stratum = point('ntp.stratum', 'Stratum', '')
const delay = { ...point('ntp.delay', 'Time on the way', 's'), class: 'latency' }
const distance = point('ntp.root-distance', 'Distance from the reference clock', 's')

export function createNtpDriver(): Driver<'ntp'> {
  return { name: 'ntp', needsSecret: () => false, open: openSession, close: () => undefined }
}

function openSession({ address, connection }: Target<ConnectionOf<'ntp'>>): DriverSession {
  const at = { address, port: connection.port }
  let told = false
  const ask = async (limits: Limits) => {
    const nonce = randomBytes(8)
    const askedMs = Date.now()
    const { value, tookMs } = await askUdp(at, ntpQuestion(nonce), limits, (packet) =>
      readNtpAnswer(packet, nonce, placeOf(address, connection.port)),
    )
    return { ...value, ...offsetOf(value, askedMs, tookMs) }
  }
  return {
    check: (limits) => checkOutcomeOf(async () => void (await ask(limits))),
    async poll(limits) {
      const it = await ask(limits)
      const points = told ? {} : { points: [offset, leap, stratum, delay, distance] }
      told = true
      return {
        ...points,
        values: {
          // A server that says of itself that it has no time is not compared.
          [offset.id]: it.leap === 'unsynchronised' ? null : it.offsetMs / 1000,
          [leap.id]: it.leap,
          [stratum.id]: it.stratum,
          [delay.id]: it.delayMs / 1000,
          [distance.id]: it.rootDistanceMs / 1000,
        },
        errors: [],
      }
    },
    close: () => undefined,
  }
}
