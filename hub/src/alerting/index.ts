/** Who is told of a fault, when, and through which alert channel; mail and the dead-man ping as well. */
export { mayDial } from './address-policy.ts'
export type { ChannelCase, ReceiverAnswer } from './channels/cases.ts'
export type { AlertChannel, ChannelContext, Mail } from './channels/contract.ts'
export { channels } from './channels/registry.ts'
export { createEgress, type Egress } from './egress.ts'
export { sendMailThrough } from './mail.ts'
export type { AlertFacts, AlertMessage } from './message/facts.ts'
export { renderAlert, renderTest } from './message/render.ts'
