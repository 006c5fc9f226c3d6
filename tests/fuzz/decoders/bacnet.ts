/** BACnet/IP answers, through the library and what is done with what it gives. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import library from '@bacnet-js/client'
import { isStewardError } from '@steward/shared/errors'
import { createLink, Refused } from '../../../agent/src/drivers/bacnet/link.ts'
import { numberOf, objectIdsOf, textsOf } from '../../../agent/src/drivers/bacnet/objects.ts'
import { createTransport } from '../../../agent/src/drivers/bacnet/transport.ts'
import { recordings } from '../../requirements.ts'
import { bacnet } from '../../simulators/index.ts'
import type { Chance } from '../chance.ts'
import { type Decoder, hex } from '../decoder.ts'

const questionsPerLink = 200
const where = '127.0.0.1:47808'
const objects = [0, 8].map((type) => ({ type, instance: 1 }))
const properties = [75, 76, 77, 85]
/** Where the length of a packet and, in an answer, the number of its question stand. */
const at = { length: 2, invoke: 7 }

function clientThat(sends: (packet: Buffer) => void) {
  const transport = createTransport(where, sends)
  return { transport, client: new library.default({ apduTimeout: 60_000, transport }) }
}

/** As the library writes them when it is the device. */
function answers(): Buffer[] {
  const written: Buffer[] = []
  const { client } = clientThat((packet) => written.push(Buffer.from(packet)))
  const to = { address: where }
  const [object = { type: 0, instance: 1 }] = objects
  const read = (id: number) => ({ id, index: 0xffff_ffff })
  client.readPropertyResponse(to, 0, object, read(85), bacnet.real(18.5))
  client.readPropertyResponse(to, 0, object, read(77), bacnet.text('Supply'))
  client.readPropertyResponse(to, 0, object, read(76), [
    { type: 12, value: object },
    { type: 12, value: object },
  ])
  const values = [
    { property: read(77), value: bacnet.text('Supply') },
    { property: read(85), value: bacnet.real(18.5) },
    { property: read(117), value: bacnet.enumerated(62) },
  ]
  client.readPropertyMultipleResponse(
    to,
    0,
    objects.map((objectId) => ({ objectId, values })),
  )
  client.errorResponse(to, 12, 0, 2, 32)
  client.iAmResponse(to, 7, 3, 15)
  client.close()
  return written
}

/** Whatever recorded devices sent. */
function recorded(): Buffer[] {
  const folder = recordings('bacnet')
  const files = folder === null ? [] : readdirSync(folder).filter((it) => it.endsWith('.jsonl'))
  const lines = files.flatMap((it) => readFileSync(join(folder ?? '', it), 'utf8').split('\n'))
  const found = lines.flatMap((it) => /"hex": ?"([0-9a-f]+)"/.exec(it)?.[1] ?? [])
  return [...new Set(found)].slice(0, 200).map((it) => Buffer.from(it, 'hex'))
}

/** One link, as a poll opens it. */
function openLink() {
  let invoke = 0
  let isAsking = false
  const { transport, client } = clientThat((packet) => {
    // The library answers what it is asked, too.
    if (isAsking) invoke = packet[at.invoke + 1] ?? 0
  })
  const limits = { timeoutMs: 60_000, signal: new AbortController().signal }
  const link = createLink(client, where, limits, 1, new AbortController().signal)
  const questions = [
    () => link.readMany(objects, properties).then((it) => it.flat().map(textsOf)),
    () => link.readProperty({ type: 0, instance: 1 }, 85).then(numberOf),
    () => link.readProperty({ type: 8, instance: 1 }, 76).then(objectIdsOf),
  ]
  return {
    async decode(bytes: Buffer, chance: Chance) {
      isAsking = true
      const told = questions[chance(questions.length)]?.()
      isAsking = false
      if (chance(8) > 0 && bytes.length > at.invoke) {
        bytes.writeUInt16BE(Math.min(bytes.length, 0xffff), at.length)
        bytes[at.invoke] = invoke
      }
      transport.take(bytes)
      // What was not answered by that is given up by the device, so that nobody waits.
      transport.take(Buffer.from([0x81, 0x0a, 0, 9, 1, 0, 0x71, invoke, 4]))
      return await told
    },
    close: () => link.close(),
  }
}

function open() {
  let link = openLink()
  let decoded = 0
  return {
    decode(bytes: Buffer, chance: Chance) {
      decoded += 1
      if (decoded % questionsPerLink === 0) {
        link.close()
        link = openLink()
      }
      return link.decode(bytes, chance)
    },
    close: () => link.close(),
  }
}

export const bacnetIp: Decoder = {
  corpus: [...answers(), ...recorded()],
  tokens: hex(
    '3e',
    '3f',
    '4e',
    '4f',
    '5e 91 02 91 20 5f',
    'c4 02 00 00 01',
    '75 ff ff ff',
    '0c',
    'fe ff ff ff ff',
    '3c',
  ),
  nests: [
    [Buffer.from([0x3e]), Buffer.from([0x3f])],
    [Buffer.from([0x4e]), Buffer.from([0x4f])],
  ],
  isRefusal: (error) => isStewardError(error) || error instanceof Refused,
  open,
}
