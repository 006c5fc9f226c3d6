/** The socket to a broker, plain or TLS, with a time limit and an abort. */
import type { Socket } from 'node:net'
import { connect as connectTls, type TLSSocket } from 'node:tls'
import { StewardError } from '@steward/shared/errors'
import type { Limits } from '../contract.ts'
import { aborted, timedOut } from '../network-failure.ts'
import { connectTcp, placeOf } from '../tcp-connect.ts'
import { tlsFailure } from './failure.ts'

export type Broker = {
  address: string
  port: number
  tls: boolean
  version: '3.1.1' | '5'
  /** authorities in PEM that must vouch for the broker; left out, its certificate is not checked */
  ca?: string | undefined
  /** the name its certificate is for, checked together with `ca` */
  serverName?: string | undefined
}

/** Throws StewardError `driver/unreachable`, `driver/timeout`, or `driver/protocol` where no TLS comes about. */
export async function openSocket(broker: Broker, limits: Limits): Promise<Socket | TLSSocket> {
  const where = placeOf(broker.address, broker.port)
  const plain = await connectTcp(broker.address, broker.port, limits)
  if (!broker.tls) return plain
  const { ca, serverName } = broker
  const secure = connectTls({
    socket: plain,
    rejectUnauthorized: ca !== undefined,
    ...(ca === undefined ? {} : { ca }),
    ...(serverName === undefined ? { checkServerIdentity: () => undefined } : { servername: serverName }),
  })
  return await new Promise<TLSSocket>((resolve, reject) => {
    const end = (error: StewardError): void => {
      settle()
      secure.on('error', () => undefined)
      secure.destroy()
      plain.destroy()
      reject(error)
    }
    const onAbort = (): void => end(aborted(where))
    const onError = (error: Error): void => end(tlsFailure(error, where))
    const onClose = (): void => end(new StewardError('driver/protocol', `${where} speaks no TLS; is the port right?`))
    const onReady = (): void => {
      settle()
      resolve(secure)
    }
    const timer = setTimeout(() => end(timedOut(where, limits.timeoutMs)), limits.timeoutMs)
    const settle = (): void => {
      clearTimeout(timer)
      limits.signal.removeEventListener('abort', onAbort)
      secure.off('error', onError).off('close', onClose).off('secureConnect', onReady)
    }
    limits.signal.addEventListener('abort', onAbort, { once: true })
    secure.once('error', onError).once('close', onClose).once('secureConnect', onReady)
  })
}
