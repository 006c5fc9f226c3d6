/** Text of bytes in the encodings that devices send: UTF-8, or GBK, which many Chinese cameras and recorders write. */

const utf8 = new TextDecoder('utf-8', { fatal: true })
const gb18030 = new TextDecoder('gb18030')

/** Never throws. What is neither becomes signs of replacement. */
export function textOfBytes(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes)
  } catch {
    return gb18030.decode(bytes)
  }
}
