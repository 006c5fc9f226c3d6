import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { identityOf, profilesOf, timeOf } from './operations.ts'
import { ownAddress } from './own-address.ts'
import { envelope, escapeXml, parseSoap, type XmlNode } from './soap.ts'

function bodyOf(xml: string): XmlNode {
  const answer = parseSoap(envelope('', xml))
  if (answer === null || !('body' in answer)) throw new Error('no body')
  return answer.body
}

describe('SOAP', () => {
  test('numbers stay text: no digit of a serial number or a version is lost', () => {
    const identity = identityOf(
      bodyOf(
        '<x:GetDeviceInformationResponse xmlns:x="urn:x"><x:Manufacturer>A &amp; B</x:Manufacturer><x:SerialNumber>404705923918060213</x:SerialNumber><x:FirmwareVersion>1.10</x:FirmwareVersion><x:Model/></x:GetDeviceInformationResponse>',
      ),
    )
    expect(identity).toEqual({ vendor: 'A & B', serial: '404705923918060213', firmware: '1.10' })
  })

  test.each([
    [
      '<s:Fault><s:Code><s:Value>s:Sender</s:Value><s:Subcode><s:Value>ter:NotAuthorized</s:Value></s:Subcode></s:Code></s:Fault>',
      true,
    ],
    [
      '<s:Fault><s:Code><s:Value>s:Sender</s:Value></s:Code><s:Reason><s:Text>Sender not authorized</s:Text></s:Reason></s:Fault>',
      true,
    ],
    [
      '<s:Fault><s:Code><s:Value>s:Receiver</s:Value></s:Code><s:Reason><s:Text>Action not supported</s:Text></s:Reason></s:Fault>',
      false,
    ],
  ])('a fault is told as a refusal or not: %s', (xml, isRefusal) => {
    expect(parseSoap(envelope('', xml))).toMatchObject({ isRefusal })
  })

  test('a document type, deep nesting and other XML are no SOAP', () => {
    expect(parseSoap('<!DOCTYPE x [<!ENTITY a "b">]><Envelope><Body/></Envelope>')).toBeNull()
    expect(parseSoap('<a>'.repeat(5000))).toBeNull()
    expect(parseSoap('<html><body>404</body></html>')).toBeNull()
    expect(parseSoap('')).toBeNull()
  })

  test('whatever comes, parsing ends', () => {
    const pieces = fc.constantFrom(
      '<',
      '>',
      '</',
      's:Body',
      's:Envelope',
      '"',
      '&amp;',
      '&#x',
      '<![CDATA[',
      ']]>',
      '<!--',
      'text',
      ' a="b"',
      '\u0000',
    )
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 60 }), (some) => {
        parseSoap(some.join(''))
      }),
      { numRuns: 500 },
    )
  })

  test('text that is put into a question cannot end its element', () => {
    const token = '</ProfileToken><evil a="1">&'
    expect(escapeXml(token)).not.toMatch(/[<>"]/)
    const body = bodyOf(
      `<GetDeviceInformationResponse><Model>${escapeXml(token)}</Model></GetDeviceInformationResponse>`,
    )
    expect(identityOf(body).model).toBe(token)
  })
})

test('the time of a device, and none where it tells nonsense', () => {
  const time = (year: string) =>
    bodyOf(
      `<GetSystemDateAndTimeResponse><SystemDateAndTime><UTCDateTime><Time><Hour>19</Hour><Minute>25</Minute><Second>25</Second></Time><Date><Year>${year}</Year><Month>1</Month><Day>13</Day></Date></UTCDateTime></SystemDateAndTime></GetSystemDateAndTimeResponse>`,
    )
  expect(timeOf(time('2026'))).toBe(Date.parse('2026-01-13T19:25:25Z'))
  expect(timeOf(time('soon'))).toBeNull()
})

test('media profiles: encoders of Media 1 and 2, none without video, no limit is no figure', () => {
  const encoder = '<Encoding>H264</Encoding><Resolution><Width>1920</Width><Height>1080</Height></Resolution>'
  const body = bodyOf(
    `<GetProfilesResponse><Profiles token="a"><Name>main</Name><VideoEncoderConfiguration>${encoder}<RateControl><FrameRateLimit>25</FrameRateLimit><BitrateLimit>2147483647</BitrateLimit></RateControl></VideoEncoderConfiguration></Profiles><Profiles token="b"><Configurations><VideoEncoder>${encoder}</VideoEncoder></Configurations></Profiles><Profiles token="sound"/></GetProfilesResponse>`,
  )
  expect(profilesOf(body)).toEqual([
    {
      token: 'a',
      name: 'main',
      codec: 'H264',
      width: 1920,
      height: 1080,
      framesPerSecond: 25,
      encodingInterval: null,
      bitsPerSecond: null,
      encoder: '',
      turns: false,
    },
    {
      token: 'b',
      name: '',
      codec: 'H264',
      width: 1920,
      height: 1080,
      framesPerSecond: null,
      encodingInterval: null,
      bitsPerSecond: null,
      encoder: '',
      turns: false,
    },
  ])
})

test.each([
  ['http://10.0.4.7/onvif/media?x=1', 80, { port: 80, path: '/onvif/media?x=1' }],
  ['http://10.0.4.7:8080/onvif/media', 80, { port: 8080, path: '/onvif/media' }],
  ['http://evil.example:9999/onvif/media', 80, { port: 81, path: '/onvif/media' }],
  ['rtsp://10.0.4.7/stream', 554, { port: 554, path: '/stream' }],
  ['file:///etc/passwd', 80, null],
  ['nonsense', 80, null],
])('what a device writes of itself is looked for at the device: %s', (written, port, expected) => {
  expect(ownAddress(written, { address: '10.0.4.7', port: 81 }, port)).toEqual(expected)
})
