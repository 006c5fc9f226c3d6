/** Answers to questions that go to a group of devices: multicast DNS and SSDP. */
import { encode } from 'dns-packet'
import { readMdnsAnswer } from '../../../agent/src/discovery/finders/mdns.ts'
import { readSsdpAnswer } from '../../../agent/src/discovery/finders/ssdp.ts'
import { bytes, type Decoder, hex } from '../decoder.ts'

const service = '_ipp._tcp.local'
const printer = `Lobby printer.${service}`
const mdnsAnswers = [
  encode({
    type: 'response',
    id: 7,
    answers: [
      { type: 'PTR', name: service, ttl: 10, data: printer },
      { type: 'SRV', name: printer, ttl: 10, data: { port: 631, target: 'printer.local', priority: 0, weight: 0 } },
      { type: 'TXT', name: printer, ttl: 10, data: ['rp=ipp/print', 'ty=M1'] },
    ],
    additionals: [
      { type: 'A', name: 'printer.local', ttl: 10, data: '10.0.0.9' },
      { type: 'AAAA', name: 'printer.local', ttl: 10, data: 'fe80::1' },
    ],
  }),
  encode({
    type: 'response',
    id: 8,
    answers: [
      { type: 'NSEC', name: 'a.local', ttl: 10, data: { nextDomain: 'a.local', rrtypes: ['A', 'AAAA', 'SRV'] } },
      { type: 'CNAME', name: 'b.local', ttl: 10, data: 'a.local' },
      { type: 'MX', name: 'c.local', ttl: 10, data: { preference: 1, exchange: 'a.local' } },
      {
        type: 'OPT',
        name: '.',
        udpPayloadSize: 4096,
        extendedRcode: 0,
        ednsVersion: 0,
        flags: 0,
        flag_do: false,
        options: [],
      },
    ],
  }),
]

export const mdns: Decoder = {
  corpus: mdnsAnswers,
  tokens: hex('c0 0c', 'c0 00', 'ff ff', '3f', '00 0c 00 01', '00 29', '00 2f', '00 fa', '00 2e', '40'),
  nests: [
    [Buffer.from([0xc0, 0x0c]), Buffer.alloc(0)],
    [Buffer.from([1, 0x61]), Buffer.alloc(0)],
  ],
  // What cannot be read is passed over; nothing is thrown.
  isRefusal: () => false,
  open: () => ({ decode: readMdnsAnswer }),
}

export const ssdp: Decoder = {
  corpus: bytes(
    'HTTP/1.1 200 OK\r\nCACHE-CONTROL: max-age=1800\r\nLOCATION: http://10.0.0.7:49152/description.xml\r\nSERVER: Linux UPnP/1.1 M1/1.0\r\nST: upnp:rootdevice\r\nUSN: uuid:1::upnp:rootdevice\r\n\r\n',
  ),
  tokens: bytes('\r\n', 'LOCATION:', 'SERVER:', ' ', '\0', '\x85', '\u2028', 'http://', '[::1]'),
  isRefusal: () => false,
  open: () => ({ decode: (bytes) => readSsdpAnswer(bytes, '10.0.0.7') }),
}
