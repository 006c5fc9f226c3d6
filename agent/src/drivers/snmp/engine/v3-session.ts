/** One SNMPv3 user at one target: discovers the engine (RFC 3414 section 4), keeps its clock, understands its reports. */
import { BerError, BerReader } from './ber.ts'
import { type Exchange, type RequestOptions, SnmpFailure, type SnmpTarget } from './contract.ts'
import type { GetQuestion } from './get-question.ts'
import {
  type EngineState,
  isAsPrivateAs,
  isAuthentic,
  readScopedPdu,
  readV3Header,
  readV3Response,
  type V3Header,
  type V3Security,
  writeV3Message,
} from './message.ts'
import { pduTags, type Request, type Response, requestPdu } from './pdu.ts'
import { localKeys } from './usm.ts'

export type V3Session = {
  request(request: Request, timeoutMs: number, options: RequestOptions): Promise<Response>
  /** Asks for the engine id only, which every target answers whoever asks. */
  discover(timeoutMs: number, options: RequestOptions): Promise<void>
  /** A prepared question as a message; null before anything is known of the target. */
  seal(question: GetQuestion, id: number): Buffer | null
  /** The message with the plain answer to it, and where in it the PDU is; null for everything else, which `request` knows how to take. */
  open(datagram: Buffer, id: number): { plain: Buffer; pduAt: number } | null
}

/** RFC 3414 section 5: usmStats counters that a report names, with what they mean for us. */
const reports = {
  '1.3.6.1.6.3.15.1.1.1': { name: 'unsupported security level', next: 'refused' },
  '1.3.6.1.6.3.15.1.1.2': { name: 'not in time window', next: 'again' },
  '1.3.6.1.6.3.15.1.1.3': { name: 'unknown user name', next: 'refused' },
  '1.3.6.1.6.3.15.1.1.4': { name: 'unknown engine id', next: 'again' },
  '1.3.6.1.6.3.15.1.1.5': { name: 'wrong authentication pass phrase or protocol', next: 'refused' },
  '1.3.6.1.6.3.15.1.1.6': { name: 'wrong privacy pass phrase or protocol', next: 'refused' },
} as const

const noKeys: V3Security = { user: Buffer.alloc(0), keys: { auth: null, priv: null } }

export function createV3Session(target: SnmpTarget & { version: 'v3' }, exchange: Exchange): V3Session {
  const context = Buffer.from(target.context)
  let engine: EngineState | null = null
  let security: V3Security | null = null

  const learn = (header: V3Header): EngineState => {
    const same = engine?.id.equals(header.engineId) === true
    engine = { id: header.engineId, boots: header.boots, time: header.time, learnedAtMs: performance.now() }
    if (!same || security === null) {
      security = { user: Buffer.from(target.user.name), keys: localKeys(target.user, header.engineId) }
    }
    return engine
  }

  const write = (messageId: number, pdu: Buffer, state: EngineState, by: V3Security): Buffer => {
    const engineTime = state.time + Math.floor((performance.now() - state.learnedAtMs) / 1000)
    return writeV3Message({ messageId, pdu, engine: state, engineTime, security: by, context })
  }

  const send = async (
    request: Request,
    state: EngineState,
    by: V3Security,
    timeoutMs: number,
    options: RequestOptions,
  ) => {
    const messageId = exchange.nextId()
    const bytes = write(messageId, requestPdu(messageId, request), state, by)
    const datagram = await exchange.once(target, messageId, bytes, timeoutMs, options)
    return { datagram, header: readV3Header(datagram), messageId }
  }

  const discover = async (timeoutMs: number, options: RequestOptions): Promise<EngineState> => {
    const unknown: EngineState = { id: Buffer.alloc(0), boots: 0, time: 0, learnedAtMs: performance.now() }
    const { header } = await send({ type: 'get', oids: [] }, unknown, noKeys, timeoutMs, options)
    if (header.engineId.length < 5 || header.engineId.length > 32)
      throw new SnmpFailure('protocol', 'its engine id has a wrong length')
    return learn(header)
  }

  const request = async (
    it: Request,
    timeoutMs: number,
    options: RequestOptions,
    mayResync: boolean,
  ): Promise<Response> => {
    const state = engine ?? (await discover(timeoutMs, options))
    const by = security ?? noKeys
    const { datagram, header, messageId } = await send(it, state, by, timeoutMs, options)
    const authentic = by.keys.auth !== null && isAuthentic(datagram, header, by.keys.auth)
    const response = readV3Response(
      { ...header, data: copyOf(header.data) },
      by.keys,
      it.type === 'get' ? it.oids : undefined,
    )
    if (response.tag === pduTags.report) {
      const report = reportOf(response)
      if (report.next === 'again' && mayResync) {
        // Time is taken from an authentic report, a new engine id from any: its keys will not fit if it lies.
        if (report.name === 'unknown engine id') engine = null
        else if (authentic || by.keys.auth === null) learn(header)
        else engine = null
        return request(it, timeoutMs, options, false)
      }
      throw new SnmpFailure(report.next === 'refused' ? 'refused' : 'protocol', `the target reports: ${report.name}`)
    }
    if (by.keys.auth !== null && !authentic)
      throw new SnmpFailure('protocol', 'an answer that is not authentic was dropped')
    if (response.requestId !== messageId) throw new SnmpFailure('protocol', 'an answer to another request was dropped')
    if (authentic && header.boots !== state.boots) learn(header)
    return response
  }

  return {
    request: (it, timeoutMs, options) => request(it, timeoutMs, options, true),
    async discover(timeoutMs, options) {
      await discover(timeoutMs, options)
    },
    seal(question, id) {
      if (engine === null || security === null) return null
      question.pdu.writeUInt32BE(id, question.idAt)
      return write(id, question.pdu, engine, security)
    },
    open(datagram, id) {
      if (engine === null || security === null) return null
      const header = readV3Header(datagram)
      const { keys } = security
      if (!header.engineId.equals(engine.id) || header.boots !== engine.boots) return null
      if (!isAsPrivateAs(header, keys) || (keys.auth !== null && !isAuthentic(datagram, header, keys.auth))) return null
      const { buffer, at } = readScopedPdu(header, keys)
      return requestIdAt(buffer, at) === id ? { plain: buffer, pduAt: at } : null
    },
  }
}

/** Null where a PDU that may be cut off begins otherwise than any answer to our ids of four bytes. */
function requestIdAt(plain: Buffer, at: number): number | null {
  try {
    return new BerReader(plain, at).inside(pduTags.response).integer()
  } catch (error) {
    if (error instanceof BerError) return null
    throw error
  }
}

function copyOf(reader: BerReader): BerReader {
  return new BerReader(reader.buffer, reader.at, reader.end)
}

function reportOf(response: Response): { name: string; next: 'refused' | 'again' | 'protocol' } {
  const oid = response.varbinds[0]?.oid ?? ''
  const known = Object.entries(reports).find(([root]) => oid.startsWith(root))
  return known?.[1] ?? { name: `report ${oid}`, next: 'protocol' }
}
