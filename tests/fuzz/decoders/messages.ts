/** What devices say by themselves: streams of syslog messages, and SNMP notifications of all versions. */
import { DeviceMessage, DeviceModel } from '@steward/shared/model'
import { createNotificationReader } from '../../../agent/src/drivers/index.ts'
import { hearSyslog } from '../../../agent/src/listeners/hear-syslog.ts'
import { hearTrap } from '../../../agent/src/listeners/hear-trap.ts'
import { createFraming } from '../../../agent/src/listeners/syslog/framing.ts'
import { bytes, type Decoder, hex } from '../decoder.ts'

const version1 = '<165>1 2026-01-01T00:00:00.003Z cam-1 encoder 12 ID7 [a@1 x="1" y="\\]"][b] \ufeffpicture lost 画面'
const bsd = '<13>Jan  1 00:00:00 cam-1 app[7]: the disk is full'
const cisco = '<189>29: *Mar  1 18:46:11: %SYS-5-CONFIG_I: Configured from console'

/** As many as are read of one stream at once. */
const atOnce = 200

export const syslog: Decoder = {
  corpus: bytes(
    `${Buffer.byteLength(version1)} ${version1}${bsd.length} ${bsd}`,
    `${bsd}\n${cisco}\n${version1}\n`,
    `${cisco}\n<0>2026-01-01T00:00:00+08:00 nvr: x\n`,
  ),
  tokens: bytes('<', '>1 ', '\n', '[a b="', '"]', '\\', '%A-1-B: ', ' ', ': ', '9999999 ', '12 ', '-'),
  nests: [
    [Buffer.from('['), Buffer.from(']')],
    [Buffer.from('[a b="'), Buffer.from('"]')],
  ],
  isRefusal: () => false,
  open: () => ({
    decode(sent, chance) {
      const cut = chance(sent.length + 1)
      const framing = createFraming()
      const messages = [sent.subarray(0, cut), sent.subarray(cut)].flatMap((it) => framing.take(it)).slice(0, atOnce)
      const heard = messages.flatMap((it) => hearSyslog(it) ?? [])
      for (const it of heard) DeviceMessage.parse(it)
      return heard.length === 0 ? null : heard
    },
  }),
}

const connections = [{ driver: 'snmp' }, { driver: 'snmp', version: 'v3', user: 'watcher' }]
const device = DeviceModel.parse({ id: 'switch-1', address: '10.0.0.1', connections })
/** As the command line tools of net-snmp send them: versions 2c, 1, an inform, version 3, and its question for our engine. */
const notifications = hex(
  '306f02010104067075626c6963a76202047094e9790201000201003054301006082b060102010103004304008adca13017060a2b06010603010104010006092b0601060301010503300f060a2b0601020102020108030201023016060b2b060102011f0101011203040775702d6c696e6b',
  '303a02010004067075626c6963a42d06072b06010401823e40047f0000010201060201054301373013301106082b0601020101050004057570732d31',
  '306f02010104067075626c6963a66202044cce2d1d0201000201003054301006082b060102010103004304008adca23017060a2b06010603010104010006092b0601060301010503300f060a2b0601020102020108030201023016060b2b060102011f0101011203040775702d6c696e6b',
  '3081b5020103301102040b1252c8020300ffe304010002010304223020040880000000010203040201010204008adcb6040777617463686572040004003079041180001f88807c1f0879029a056b000000000400a76202041e36d6b80201000201003054301006082b060102010103004304008adcb63017060a2b06010603010104010006092b0601060301010503300f060a2b0601020102020108030201023016060b2b060102011f0101011203040775702d6c696e6b',
  '304f020103301102043db2353e020300ffe30401040201030410300e04000201000201000400040004003025041180001f88807c1f0879029a056b000000000400a00e0204507b6b3e0201000201003000',
)

export const trap: Decoder = {
  corpus: notifications,
  tokens: hex('a4', 'a6', 'a7', '0201', '30', '0603'),
  isRefusal: () => false,
  open() {
    const reader = createNotificationReader({ id: Buffer.from('80007ed9050102', 'hex'), boots: 1 }, () => 0)
    return {
      decode(sent) {
        const from = { device, address: '10.0.0.1', secret: null }
        const heard = hearTrap(reader, sent, from, (reply) => {
          if (reply.length > sent.length + 200) throw new Error('an answer is much longer than what it answers')
        })
        if (heard.type !== 'message') return null
        return DeviceMessage.parse(heard.message)
      },
    }
  },
}
