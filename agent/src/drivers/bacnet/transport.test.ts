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

test('a question that is answered leaves no listener behind', async () => {
  const { signal } = new AbortController()
  const { transport, link } = openLink(signal)
  const told = link.readProperty({ type: 0, instance: 1 }, 85)
  transport.take(answer)
  await told
  expect(getEventListeners(signal, 'abort')).toEqual([])
  link.close()
})
