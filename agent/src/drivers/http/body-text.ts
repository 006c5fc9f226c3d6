/** What an answer says, in the characters it is written in. */

/** Looked at for what the text says of itself. */
const headBytes = 2048

/**
 * As the header, the page or the XML declaration names it; else UTF-8, and where that cannot be, GB 18030 (which GBK and GB 2312 are part
 * of): what older Chinese firmware writes without saying so.
 */
export function textIn(body: Buffer, contentType = ''): string {
  const head = `${contentType} ${body.subarray(0, headBytes).toString('latin1')}`
  const named = /(?:charset|encoding)=["']?([\w-]{1,20})/i.exec(head)?.[1]
  for (const [label, fatal] of [[named ?? 'utf-8', true] as const, ['gb18030', false] as const]) {
    try {
      return new TextDecoder(label, { fatal }).decode(body)
    } catch {
      // no such name, or not written in it
    }
  }
  return body.toString('latin1')
}
