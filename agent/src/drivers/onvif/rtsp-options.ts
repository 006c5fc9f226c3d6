/** The smallest RTSP question (RFC 2326 section 10.1): does the stream's server answer at all. */
import { StewardError } from '@steward/shared/errors'
import type { Limits } from '../contract.ts'
import { aborted, networkFailure, timedOut } from '../network-failure.ts'
import { connectTcp, placeOf } from '../tcp-connect.ts'

const maxAnswerBytes = 16_384

/** Any RTSP status is an answer. Throws StewardError. */
export async function askRtspOptions(address: string, port: number, limits: Limits): Promise<void> {
  const where = placeOf(address, port)
  const socket = await connectTcp(address, port, limits)
  await new Promise<void>((resolve, reject) => {
    let text = ''
    const done = (error?: unknown): void => {
      clearTimeout(timer)
      limits.signal.removeEventListener('abort', onAbort)
      socket.destroy()
      if (error === undefined) resolve()
      else reject(networkFailure(error, `${where} (RTSP)`))
    }
    const onAbort = (): void => done(aborted(where))
    const timer = setTimeout(() => done(timedOut(`${where} (RTSP)`, limits.timeoutMs)), limits.timeoutMs)
    limits.signal.addEventListener('abort', onAbort, { once: true })
    socket.on('error', done)
    socket.on('end', () => done(Object.assign(new Error('closed'), { code: 'ECONNRESET' })))
    socket.on('data', (chunk) => {
      text += chunk.toString('latin1')
      if (/^RTSP\/\d\.\d \d{3}/.test(text)) done()
      else if (text.length > 12 && !text.startsWith('RTSP/')) done(notRtsp(where))
      else if (text.length > maxAnswerBytes) done(notRtsp(where))
    })
    socket.write(`OPTIONS rtsp://${where}/ RTSP/1.0\r\nCSeq: 1\r\nUser-Agent: steward-agent\r\n\r\n`)
  })
}

function notRtsp(where: string): StewardError {
  return new StewardError('driver/protocol', `${where} answered something that is not RTSP`)
}
