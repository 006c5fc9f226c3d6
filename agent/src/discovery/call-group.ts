/** One question to a multicast group, out of each of this machine's addresses in the network that is searched, and who answers. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Call, Finding } from './contract.ts'
import { openDatagrams, ownAddressesIn } from './datagrams.ts'

export type GroupQuestion = {
  group: string
  port: number
  /** asked anew for each address that it goes out from */
  datagram(): Buffer
  listenMs: number
  /** null: no answer to this question */
  read(datagram: Buffer, address: string): Finding | null
}

export async function callGroup(call: Call, question: GroupQuestion): Promise<void> {
  const { range, pacer, heard, signal } = call
  const from = ownAddressesIn(range)
  await Promise.all(
    from.map(async (own) => {
      await pacer.take(1, signal)
      if (signal.aborted) return
      const line = await openDatagrams(own, (datagram, { address }) => {
        const finding = question.read(datagram, address)
        if (finding !== null) heard(address, finding)
      })
      line?.send(question.datagram(), question.port, question.group)
      await sleep(question.listenMs, undefined, { signal }).catch(() => undefined)
      line?.close()
    }),
  )
}
