import { encode } from 'dns-packet'
import { expect, test } from 'vitest'
import { readMdnsAnswer } from './mdns.ts'

const service = '_ipp._tcp.local'
const answer = encode({
  type: 'response',
  id: 7,
  answers: [{ type: 'PTR', name: service, ttl: 10, data: `Lobby printer.${service}` }],
})

test('whoever announces a service is found by its name', () => {
  expect(readMdnsAnswer(answer)).toMatchObject({ by: 'mdns', identity: { name: 'Lobby printer' } })
})

test('more records than can be in it are not looked for', () => {
  const lie = Buffer.from(answer)
  lie.writeUInt16BE(0xfe02, 10)
  expect(readMdnsAnswer(lie)).toBeNull()
  expect(readMdnsAnswer(Buffer.concat([answer, Buffer.alloc(9000)]))).toBeNull()
  expect(readMdnsAnswer(answer.subarray(0, 11))).toBeNull()
})
