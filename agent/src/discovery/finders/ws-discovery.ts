/** ONVIF devices by WS-Discovery: each address is asked, and all at once where this machine is in their network. */
import { setTimeout as sleep } from 'node:timers/promises'
import { kindByWords } from '@steward/shared/discovery'
import { Connection } from '@steward/shared/model'
import { makeProbe, readProbeMatch, wsDiscovery } from '../../drivers/index.ts'
import { callGroup } from '../call-group.ts'
import type { Finder, Finding } from '../contract.ts'
import { type Datagrams, openDatagrams } from '../datagrams.ts'
import { said } from '../said.ts'

/** Devices answer after a random time of up to half a second (section 3.1.3), and some take longer. */
const listenMs = 2500

export function createWsDiscoveryFinder(): Finder {
  const waiting = new Map<string, (finding: Finding) => void>()
  let opened: Promise<Datagrams | null> | null = null
  const socket = (): Promise<Datagrams | null> => {
    opened ??= openDatagrams(null, (datagram, { address }) => {
      const finding = findingOf(datagram, address)
      if (finding !== null) waiting.get(address)?.(finding)
    })
    return opened
  }
  return {
    questions: (address) => [
      {
        packets: 1,
        async ask({ timeoutMs, signal }) {
          const line = await socket()
          if (line === null) return null
          const answer = new Promise<Finding>((resolve) => waiting.set(address, resolve))
          line.send(makeProbe(), wsDiscovery.port, address)
          const silence = sleep(timeoutMs, null, { signal }).catch(() => null)
          const finding = await Promise.race([answer, silence])
          waiting.delete(address)
          return finding
        },
      },
    ],
    callOut: (call) => callGroup(call, { ...wsDiscovery, datagram: makeProbe, listenMs, read: findingOf }),
    close() {
      void opened?.then((it) => it?.close())
    },
  }
}

function findingOf(datagram: Buffer, address: string): Finding | null {
  const match = readProbeMatch(datagram, address)
  if (match === null) return null
  const { identity, service, scopes } = match
  const who = [identity.name, identity.model].filter((it) => it !== undefined).join(' ')
  const isRecorder = kindByWords(who) === 'nvr' || scopes.some((it) => /^type\/.*(storage|recorder)/i.test(it))
  return {
    by: 'onvif',
    text: said.wsDiscovery(who),
    kind: isRecorder ? 'nvr' : 'camera',
    identity,
    ...(service === null ? {} : { connection: Connection.parse({ driver: 'onvif', ...service }) }),
  }
}
