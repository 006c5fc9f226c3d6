/** Values out of what devices answer over HTTP and publish over MQTT: JSON, XML, key=value lines, text. */
import { readDocument } from '../../../agent/src/drivers/document.ts'
import { follow, parsePath, rowsOf } from '../../../agent/src/drivers/document-path.ts'
import { pointValueOf } from '../../../agent/src/drivers/document-value.ts'
import { bytes, type Decoder } from '../decoder.ts'

const paths = ['', 'a', 'a[0].b', '..b', 'a[b=1].c', 'table.A[0].B', 'lines[0]', 'a.@x', 'T'].map(
  (it) => parsePath(it) ?? [],
)

export const documents: Decoder = {
  corpus: bytes(
    '{"a":[{"b":1,"c":"x"}],"d":true}',
    '<?xml version="1.0"?><n:a xmlns:n="u" x="1"><b>1</b><b>2<![CDATA[x]]>&amp;&#65;</b><!-- c --></n:a>',
    'table.A[0].B=1\r\ntable.A[1].B=2\r\nx=2\r\n',
    'T: 23 C\nF = 1\n',
  ),
  tokens: bytes(
    '{',
    '[',
    '"',
    '<a>',
    '</a>',
    '<!DOCTYPE',
    ']]>',
    '=',
    '.',
    '[0]',
    ':',
    '\n',
    '__proto__',
    '&#x',
    '1e999',
  ),
  nests: [
    [Buffer.from('['), Buffer.from(']')],
    [Buffer.from('<a>'), Buffer.from('</a>')],
    [Buffer.from('a.'), Buffer.alloc(0)],
    [Buffer.from('<a b="'), Buffer.alloc(0)],
  ],
  isRefusal: () => false,
  open: () => ({
    decode(message) {
      const document = readDocument(message.toString('utf8'))
      for (const steps of paths) {
        const node = follow(document, document.root, steps)
        rowsOf(node)
        const read = pointValueOf(document, node, { unit: steps.length > 1 ? 'V' : '' })
        if ('value' in read && typeof read.value === 'string' && read.value.length > 200) throw new Error('a long text')
      }
      return document.format === 'none' ? null : document.format
    },
  }),
}
