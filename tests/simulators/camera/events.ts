/** Messages of a simulated device, kept for whoever has subscribed (ONVIF Core, section 9). */
export type SimulatedEvent = { topic: string; source: string; data: string; isOn: boolean; operation?: string }
export type Events = {
  /** what waits to be asked for */
  queue: SimulatedEvent[]
  /** how many may subscribe; left out: one */
  places?: number
  /** of those who have; a restart empties it */
  subscribed: Set<string>
  asked: number
}

type At = { httpBase: string; service: string; subscription: string }
type Answer = (events: Events, at: At, body: Record<string, unknown>) => string | null

export const newEvents = (): Events => ({ queue: [], subscribed: new Set(), asked: 0 })

const isKnown = ({ subscribed }: Events, { service, subscription }: At): boolean =>
  subscribed.has(subscription) && service.endsWith(`?Idx=${subscription}`)

const item = (name: string, value: string): string => `<tt:SimpleItem Name="${name}" Value="${value}"/>`

function messageOf({ topic, source, data, isOn, operation }: SimulatedEvent): string {
  const property = operation === undefined ? '' : ` PropertyOperation="${operation}"`
  return `<wsnt:NotificationMessage><wsnt:Topic Dialect="http://www.onvif.org/ver10/tev/topicExpression/ConcreteSet">${topic}</wsnt:Topic><wsnt:Message><tt:Message UtcTime="2026-01-01T00:00:00Z"${property}><tt:Source>${item('Source', source)}</tt:Source><tt:Data>${item('Level', '7')}${item(data, String(isOn))}</tt:Data></tt:Message></wsnt:Message></wsnt:NotificationMessage>`
}

/** Null: a fault. */
export const eventOperations: Record<string, Answer> = {
  CreatePullPointSubscription: (events, at) => {
    if (events.subscribed.size >= (events.places ?? 1)) return null
    events.asked += 1
    const id = String(events.asked)
    events.subscribed.add(id)
    return `<tev:CreatePullPointSubscriptionResponse><tev:SubscriptionReference><wsa5:Address>${at.httpBase}/onvif/subscription?Idx=${id}</wsa5:Address><wsa5:ReferenceParameters><own:SubscriptionId xmlns:own="urn:simulated">${id}</own:SubscriptionId></wsa5:ReferenceParameters></tev:SubscriptionReference></tev:CreatePullPointSubscriptionResponse>`
  },
  PullMessages: (events, at, { MessageLimit }) => {
    if (!isKnown(events, at)) return null
    const messages = events.queue.splice(0, Number(MessageLimit))
    return `<tev:PullMessagesResponse>${messages.map(messageOf).join('')}</tev:PullMessagesResponse>`
  },
  Renew: (events, at) => (isKnown(events, at) ? '<wsnt:RenewResponse/>' : null),
  Unsubscribe: (events, at) => {
    if (!isKnown(events, at)) return null
    events.subscribed.delete(at.subscription)
    return '<wsnt:UnsubscribeResponse/>'
  },
}
