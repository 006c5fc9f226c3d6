/**
 * What a device noticed since the last poll (Core, section 9: pull points): tampering, loss of video, failures of storage, digital
 * inputs. Nothing is held open: the device keeps its messages until they are asked for.
 */
import { isStewardError } from '@steward/shared/errors'
import type { LearnedPoint, Limits, Reading } from '../contract.ts'
import type { OnvifClient, ServicePath } from './client.ts'
import { type EventState, expired, keepEvent, pointsOf, readEvents } from './event-states.ts'
import { ownAddress } from './own-address.ts'
import type { Own } from './services.ts'
import { addressedTo, attributeEntries, child, children, escapeXml, namespaces, textAt, type XmlNode } from './soap.ts'

const { tev } = namespaces
const wsnt = 'http://docs.oasis-open.org/wsn/b-2'
/** Longer than any usual interval between polls; what a dead agent leaves behind is gone after it. */
const lifetime = 'PT10M'
const renewAfterMs = 3 * 60_000
/** Devices have few places for those who listen, and others need them more. */
const refusedForMs = 3_600_000
const messagesAtOnce = 32
const pullsAtOnce = 4
const endMs = 1000

const actions = {
  create: `${tev}/EventPortType/CreatePullPointSubscriptionRequest`,
  pull: `${tev}/PullPointSubscription/PullMessagesRequest`,
  renew: 'http://docs.oasis-open.org/wsn/bw-2/SubscriptionManager/RenewRequest',
  unsubscribe: 'http://docs.oasis-open.org/wsn/bw-2/SubscriptionManager/UnsubscribeRequest',
}
const questions = {
  create: `<CreatePullPointSubscription xmlns="${tev}"><InitialTerminationTime>${lifetime}</InitialTerminationTime></CreatePullPointSubscription>`,
  pull: `<PullMessages xmlns="${tev}"><Timeout>PT1S</Timeout><MessageLimit>${messagesAtOnce}</MessageLimit></PullMessages>`,
  renew: `<Renew xmlns="${wsnt}"><TerminationTime>${lifetime}</TerminationTime></Renew>`,
  unsubscribe: `<Unsubscribe xmlns="${wsnt}"/>`,
}

/** `to` and `parameters`: what the device wants to be told with each question, so that it knows which subscription is meant. */
type Subscription = { at: ServicePath; to: string; parameters: string; renewedAtMs: number }

export type EventWatch = {
  /**
   * Gives whether something became bad. A device that refuses is left alone for an hour. Throws StewardError where it is silent, and
   * `driver/refused-credentials`.
   */
  read(at: ServicePath, limits: Limits, into: Reading): Promise<boolean>
  points(): LearnedPoint[]
  /** whether there are points that were not told of yet */
  hasNew(): boolean
  /** Gives the place back, in a second at most; null: it has none. */
  end(): Promise<void> | null
}

export function createEventWatch(client: OnvifClient, own: Own): EventWatch {
  const states = new Map<string, EventState>()
  let subscription: Subscription | null = null
  let notBeforeMs = Number.NEGATIVE_INFINITY
  let told = 0

  const call = (to: Subscription, action: keyof typeof actions, limits: Limits): Promise<XmlNode> => {
    const header = `${addressedTo(actions[action], to.to)}${to.parameters}`
    return client.call(to.at, questions[action], limits, { header })
  }

  const subscribe = async (at: ServicePath, limits: Limits): Promise<Subscription | null> => {
    const body = await client.call(at, questions.create, limits, { header: addressedTo(actions.create) })
    const reference = child(child(body, 'CreatePullPointSubscriptionResponse'), 'SubscriptionReference')
    const to = textAt(reference, 'Address').trim()
    const place = ownAddress(to, own, 80)
    const parameters = parametersOf(child(reference, 'ReferenceParameters'))
    return place === null ? null : { at: place, to, parameters, renewedAtMs: performance.now() }
  }

  const drain = async (of: Subscription, limits: Limits): Promise<boolean> => {
    let isWorse = false
    for (let pull = 0; pull < pullsAtOnce; pull += 1) {
      const answer = child(await call(of, 'pull', limits), 'PullMessagesResponse')
      const messages = children(answer, 'NotificationMessage')
      for (const event of readEvents(messages.slice(0, messagesAtOnce)))
        isWorse = keepEvent(states, event, performance.now()) || isWorse
      if (messages.length < messagesAtOnce) break
    }
    if (performance.now() - of.renewedAtMs > renewAfterMs) {
      await call(of, 'renew', limits)
      of.renewedAtMs = performance.now()
    }
    return isWorse
  }

  const read = async (at: ServicePath, limits: Limits): Promise<boolean> => {
    if (performance.now() < notBeforeMs) return false
    const known = subscription
    try {
      subscription ??= await subscribe(at, limits)
      if (subscription !== null) return await drain(subscription, limits)
    } catch (error) {
      if (!isStewardError(error, 'driver/protocol') && !isStewardError(error, 'driver/refused-credentials')) throw error
      subscription = null
      // Whether it is the password is found out where that can be told.
      if (error.code === 'driver/refused-credentials') {
        notBeforeMs = performance.now() + refusedForMs
        throw error
      }
      // The device has forgotten it, after a restart for example: a new one at the next poll.
      if (known !== null) return false
    }
    notBeforeMs = performance.now() + refusedForMs
    return false
  }

  return {
    async read(at, limits, into) {
      try {
        return await read(at, limits)
      } finally {
        const nowMs = performance.now()
        for (const state of states.values())
          into.values[state.point.id] = expired(state, nowMs) ? state.good : state.word
      }
    },
    points() {
      told = states.size
      return pointsOf(states)
    },
    hasNew: () => states.size > told,
    end() {
      if (subscription === null) return null
      const limits = { timeoutMs: endMs, signal: AbortSignal.timeout(endMs) }
      const ending = call(subscription, 'unsubscribe', limits)
      subscription = null
      return ending.then(
        () => undefined,
        () => undefined,
      )
    },
  }
}

/** WS-Addressing 1.0, section 3.3: what stands there comes back as headers. Only plain ones with a namespace of their own. */
function parametersOf(parameters: XmlNode | undefined): string {
  if (parameters === undefined || typeof parameters === 'string') return ''
  return Object.keys(parameters)
    .filter((name) => /^[A-Za-z_][\w.-]{0,60}$/.test(name))
    .slice(0, 4)
    .map((name) => {
      const node = child(parameters, name)
      const namespace = attributeEntries(node).find((it) => /^(?:https?:\/\/|urn:)/.test(it)) ?? ''
      const text = escapeXml(textAt(parameters, name).slice(0, 500))
      return `<${name} xmlns="${escapeXml(namespace)}">${text}</${name}>`
    })
    .join('')
}
