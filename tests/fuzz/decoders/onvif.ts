/** SOAP answers of cameras, and who answers a WS-Discovery probe. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { readEvents } from '../../../agent/src/drivers/onvif/event-states.ts'
import { identityOf, macOf, profilesOf, timeOf, uriOf } from '../../../agent/src/drivers/onvif/operations.ts'
import { ownAddress } from '../../../agent/src/drivers/onvif/own-address.ts'
import { capabilitiesOf, servicesOf } from '../../../agent/src/drivers/onvif/services.ts'
import { child, children, envelope, parseSoap } from '../../../agent/src/drivers/onvif/soap.ts'
import { readProbeMatch } from '../../../agent/src/drivers/onvif/ws-discovery.ts'
import { recordings } from '../../requirements.ts'
import { bytes, type Decoder } from '../decoder.ts'

const date =
  '<UTCDateTime><Time><Hour>7</Hour><Minute>5</Minute><Second>9</Second></Time><Date><Year>2026</Year><Month>2</Month><Day>3</Day></Date></UTCDateTime>'
const encoder =
  '<Encoding>H264</Encoding><Resolution><Width>2560</Width><Height>1440</Height></Resolution><RateControl><FrameRateLimit>25</FrameRateLimit><BitrateLimit>4096</BitrateLimit></RateControl>'
const scopes =
  'onvif://www.onvif.org/name/Cam%201 onvif://www.onvif.org/hardware/M1 onvif://www.onvif.org/mac/020000000001'
const own = [
  `<GetSystemDateAndTimeResponse><SystemDateAndTime>${date}</SystemDateAndTime></GetSystemDateAndTimeResponse>`,
  '<GetDeviceInformationResponse><Manufacturer>ACME &amp; Co &#x41;</Manufacturer><Model>M1</Model><SerialNumber>404705923918060213</SerialNumber></GetDeviceInformationResponse>',
  '<GetNetworkInterfacesResponse><NetworkInterfaces><Info><HwAddress>02:00:00:00:00:01</HwAddress></Info></NetworkInterfaces></GetNetworkInterfacesResponse>',
  '<GetServicesResponse><Service><Namespace>http://www.onvif.org/ver10/media/wsdl</Namespace><XAddr>http://10.0.0.7:8080/onvif/media?a=b</XAddr></Service></GetServicesResponse>',
  `<GetProfilesResponse><Profiles token="main"><Name>main</Name><VideoEncoderConfiguration>${encoder}</VideoEncoderConfiguration></Profiles><Profiles token="sub"/></GetProfilesResponse>`,
  '<GetStreamUriResponse><MediaUri><Uri>rtsp://10.0.0.7:554/main</Uri></MediaUri></GetStreamUriResponse>',
  '<PullMessagesResponse><NotificationMessage><Topic>tns1:VideoSource/GlobalSceneChange/ImagingService</Topic><Message><Message PropertyOperation="Changed"><Source><SimpleItem Name="Source" Value="1"/></Source><Data><SimpleItem Name="State" Value="true"/></Data></Message></Message></NotificationMessage></PullMessagesResponse>',
  '<s:Fault><s:Code><s:Value>s:Sender</s:Value><s:Subcode><s:Value>ter:NotAuthorized</s:Value></s:Subcode></s:Code><s:Reason><s:Text xml:lang="en">no</s:Text></s:Reason></s:Fault>',
  `<ProbeMatches><ProbeMatch><Scopes>${scopes}</Scopes><XAddrs>http://10.0.0.7/onvif/device_service</XAddrs></ProbeMatch></ProbeMatches>`,
].map((it) => Buffer.from(envelope('', it)))

/** Of recorded cameras, where they are beside the checkout: no answer that is longer than most. */
function recorded(): Buffer[] {
  const folder = recordings('onvif')
  const files = folder === null ? [] : readdirSync(folder).filter((it) => it.endsWith('.jsonl'))
  return files.flatMap((file) => {
    const answers = readFileSync(join(folder ?? '', file), 'utf8').match(/<\?xml.*?Envelope>/g) ?? []
    return answers
      .map((it) => Buffer.from(it.replace(/\\"/g, '"').replace(/\\[nrt]/g, ' ')))
      .filter((it) => it.length < 8000)
      .slice(0, 12)
  })
}

const to = { address: '10.0.0.7', port: 80 }

export const soap: Decoder = {
  corpus: [...own, ...recorded()],
  tokens: [
    ...bytes('<', '>', '/>', '<!--', '-->', '<![CDATA[', ']]>', '<!DOCTYPE a [<!ENTITY b "c">]>', '&b;', '&#x110000;'),
    ...bytes('&#0;', '<?a', '__proto__', 'constructor', '<__proto__>', 'toString', '\0', '\xff', 'xmlns:', '=""', '"'),
  ],
  nests: [
    [Buffer.from('<a>'), Buffer.from('</a>')],
    [Buffer.from('<s:Body>'), Buffer.from('</s:Body>')],
    [Buffer.from('<!--'), Buffer.alloc(0)],
    [Buffer.from('&#38;'), Buffer.alloc(0)],
  ],
  // What is no SOAP is null; nothing is thrown.
  isRefusal: () => false,
  open: () => ({
    decode(message) {
      readProbeMatch(message, to.address)
      const answer = parseSoap(message.toString('utf8'))
      if (answer === null || !('body' in answer)) return answer
      const { body } = answer
      const written = { ...servicesOf(body), ...capabilitiesOf(body) }
      for (const address of [...Object.values(written), uriOf(body)]) ownAddress(address, to, 80)
      const told = readEvents(children(child(body, 'PullMessagesResponse'), 'NotificationMessage'))
      return [timeOf(body), identityOf(body), macOf(body), profilesOf(body), told]
    },
  }),
}
