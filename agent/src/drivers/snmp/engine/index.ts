/** SNMP v1, v2c and v3 as a client: codec, security, sockets, walking; no knowledge of devices or points. */

export type { Asked, UseOfAnswer } from './asking.ts'
export { type RequestOptions, SnmpFailure, type SnmpTarget } from './contract.ts'
export { asked, createSnmpEngine, type SnmpEngine } from './engine.ts'
export { type Answer, type GetQuestion, isWhole, maxPerQuestion, prepareGet, varbindOf } from './get-question.ts'
export type { AuthProtocol } from './mac.ts'
export { compareOids, isBelow } from './oid.ts'
export type { Varbind } from './pdu.ts'
export type { PrivProtocol } from './privacy.ts'
export { localKeys, type UsmUser } from './usm.ts'
export { getMany, walk } from './walk.ts'
