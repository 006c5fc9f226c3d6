/** What carries the frames to an endpoint: a TCP connection, or a serial line of this machine. */
import type { Duplex } from 'node:stream'
import { StewardError } from '@steward/shared/errors'
import type { ConnectionOf } from '@steward/shared/model'
import type { Limits } from '../contract.ts'
import { aborted, networkFailure } from '../network-failure.ts'
import { connectTcp, placeOf } from '../tcp-connect.ts'
import { type Framing, rtuFraming, tcpFraming } from './framing.ts'

export type Line = {
  /** for messages: an address and port, or the name of a serial port */
  where: string
  framing: Framing
  /** silence between an answer and the next question, in ms */
  gapMs: number
  /** Throws StewardError. The stream does not keep the process alive. */
  open(limits: Limits): Promise<Duplex>
}

/** Which line a connection uses; sessions with the same name share it. */
export function lineName(address: string, { transport, port, serial }: ConnectionOf<'modbus'>): string {
  return transport === 'serial' ? `serial ${serial?.path ?? ''}` : `${transport ?? 'tcp'} ${address} ${port}`
}

export function lineOf(address: string, { transport, port, serial }: ConnectionOf<'modbus'>): Line {
  if (transport === 'serial' && serial !== undefined) return serialLine(serial)
  return tcpLine(address, port, transport === 'rtu-over-tcp' ? rtuFraming : tcpFraming)
}

export function tcpLine(address: string, port: number, framing: Framing = tcpFraming): Line {
  return {
    where: placeOf(address, port),
    framing,
    gapMs: 0,
    open: async (limits) => {
      const socket = await connectTcp(address, port, limits)
      socket.unref()
      return socket
    },
  }
}

type Serial = NonNullable<ConnectionOf<'modbus'>['serial']>
/** A character has 11 bits; frames are apart by three and a half of them, above 19,200 baud by 1.75 ms (section 2.5.1.1). */
const [bitsApart, shortestGapMs] = [3.5 * 11, 1.75]

function serialLine(serial: Serial): Line {
  return {
    where: serial.path,
    framing: rtuFraming,
    gapMs: Math.max(shortestGapMs, (bitsApart / serial.baud) * 1000),
    open: (limits) => openSerial(serial, limits),
  }
}

async function openSerial({ path, baud, parity, stopBits }: Serial, { signal }: Limits): Promise<Duplex> {
  const { SerialPort } = await import('serialport').catch((error: unknown) => {
    throw new StewardError('driver/unreachable', `${path}: serial lines cannot be used on this machine`, {
      cause: error,
    })
  })
  if (signal.aborted) throw aborted(path)
  const port = new SerialPort({ path, baudRate: baud, dataBits: 8, parity, stopBits, autoOpen: false })
  return new Promise((resolve, reject) => {
    port.open((error) => {
      if (error === null) resolve(port)
      else reject(cannotOpen(path, error))
    })
  })
}

function cannotOpen(path: string, error: Error): StewardError {
  const why = /no such file/i.test(error.message)
    ? 'is not there; is the adapter plugged in and the name right?'
    : /permission|access denied/i.test(error.message)
      ? 'may not be opened; is the agent in the group that owns it (dialout)?'
      : /lock|busy|resource temporarily/i.test(error.message)
        ? 'is in use by another program'
        : null
  if (why === null) return networkFailure(error, path)
  return new StewardError('driver/unreachable', `${path} ${why}`, { cause: error })
}
