import { getEventListeners } from 'node:events'
import library from '@bacnet-js/client'
import { describe, expect, test } from 'vitest'
import { createLink } from './link.ts'
import { createTransport } from './transport.ts'

const where = '127.0.0.1:47808'
/** ReadProperty's acknowledgement (clause 15.5): the present value of analog input 1 is 18.5. */
const answer = Buffer.from('810a001701003000 0c0c0000000119553e44419400003f'.replaceAll(' ', ''), 'hex')

function openLink(signal = new AbortController().signal) {
  const transport = createTransport(where, (packet) => {
    answer[7] = packet[8] ?? 0
  })
  const client = new library.default({ apduTimeout: 1000, transport })
  return { transport, link: createLink(client, where, { timeoutMs: 1000, signal }, 1, new AbortController().signal) }
}

describe('packets that end before they should', () => {
  test.each([
    ['an error without its code', '810a000c010050650c910291'],
    ['a segment of nothing', '810a00140100498600000000000719753e91133f'],
    ['a registration without its time', '810500110c3e00600719813e0000071981'],
  ])('%s is dropped, and what comes next is read', async (_what, packet) => {
    const { transport, link } = openLink()
    const told = link.readProperty({ type: 0, instance: 1 }, 85)
    transport.take(Buffer.from(packet, 'hex'))
    transport.take(answer)
    expect(await told).toMatchObject([{ type: 4, value: 18.5 }])
    link.close()
  })
})

describe('a text that is longer than its packet says that it is', () => {
  const head = '0c0c0000000319753e'
  test.each([
    ['a text of 4 GB', `810a001801003000${head}75ffffffff91053f`],
    ['four thousand million octets', `810a001801003000${head}65ffffffff91053f`],
    ['bits beyond the end', `810a001801003000${head}85fe80003f`],
    // The library goes round and round in what stands behind such a null.
    [
      'a null with something in it',
      `810a001801003000${head}91003f0219243e91003f0219243e91003f0275ffffff003f0219243e91003f`,
    ],
    ['a list without an end', `810a001801003000${head}91003e3e`],
  ])('%s is dropped, and what comes next is read', async (_what, packet) => {
    const { transport, link } = openLink()
    const told = link.readProperty({ type: 0, instance: 1 }, 85)
    const lie = Buffer.from(packet, 'hex')
    lie.writeUInt16BE(lie.length, 2)
    lie[7] = answer[7] ?? 0
    transport.take(lie)
    transport.take(answer)
    expect(await told).toMatchObject([{ type: 4, value: 18.5 }])
    link.close()
  })

  test('nor does it pass in segments', async () => {
    const { transport, link } = openLink()
    const told = link.readProperty({ type: 0, instance: 1 }, 85)
    const invoke = (answer[7] ?? 0).toString(16).padStart(2, '0')
    const first = Buffer.from(`810a0017 0100 3c${invoke}00010c 0c0000000119553e65ff`.replaceAll(' ', ''), 'hex')
    const last = Buffer.from(`810a0012 0100 38${invoke}01010c ffffffff003f`.replaceAll(' ', ''), 'hex')
    for (const it of [first, last]) {
      it.writeUInt16BE(it.length, 2)
      transport.take(it)
    }
    transport.take(answer)
    expect(await told).toMatchObject([{ type: 4, value: 18.5 }])
    link.close()
  })
})

test('only answers reach the library: what else it knows is not for us', async () => {
  const packets: Buffer[] = []
  const transport = createTransport(where, () => undefined)
  transport.on('message', (packet: Buffer) => packets.push(packet))
  const iAm = Buffer.from('810b0014 0120ffff00ff 1000c4020000072205c491032200 0f'.replaceAll(' ', ''), 'hex')
  const readProperty = Buffer.from('810a001101040005010c0c0000000119 55'.replaceAll(' ', ''), 'hex')
  const covNotification = Buffer.from('810a00250120ff0300ff100209011c020000022c00c0000439054e09', 'hex')
  const networkMessage = Buffer.from('810b0008 0180 0000'.replaceAll(' ', ''), 'hex')
  for (const it of [iAm, answer, readProperty, covNotification, networkMessage]) transport.take(it)
  expect(packets).toEqual([iAm, answer])
})

test('a question that is answered leaves no listener behind', async () => {
  const { signal } = new AbortController()
  const { transport, link } = openLink(signal)
  const told = link.readProperty({ type: 0, instance: 1 }, 85)
  transport.take(answer)
  await told
  expect(getEventListeners(signal, 'abort')).toEqual([])
  link.close()
})
