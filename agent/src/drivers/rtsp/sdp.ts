/** What a stream is, as DESCRIBE tells it (SDP, RFC 8866; RFC 6184, 7798 and 2435 for the codecs). Pure. */

export type VideoMedia = {
  /** as it is written: whole, relative, or empty */
  control: string
  /** `a=control` of the whole session */
  sessionControl: string
  /** as the registry of media types writes it: H264, H265, JPEG … */
  encoding: string
  clockRate: number
  /** SPS and the like, outside the stream */
  parameterSets: Buffer[]
}

const maxLines = 500
const maxLineLength = 8192
const maxParameterSets = 16
/** Payload types that need no rtpmap (RFC 3551, section 6). */
const fixedTypes: Readonly<Record<string, { encoding: string; clockRate: number }>> = {
  '26': { encoding: 'JPEG', clockRate: 90_000 },
  '32': { encoding: 'MPV', clockRate: 90_000 },
}

/** The first video of a description; null where it has none, or is none itself. */
export function videoIn(text: string): VideoMedia | null {
  const lines = text
    .replace(/[\0\s]+$/, '')
    .split(/\r?\n/)
    .filter((it) => it !== '')
  const isSdp = lines.length <= maxLines && lines.every((it) => it.length <= maxLineLength && /^[a-z]=/.test(it))
  if (!isSdp || lines[0] !== 'v=0') return null
  const starts = lines.flatMap((it, at) => (it.startsWith('m=') ? [at] : []))
  const from = starts.find((at) => /^m=video \d+(?:\/\d+)? RTP\/S?AVPF? \d/.test(lines[at] ?? ''))
  if (from === undefined) return null
  const media = lines.slice(
    from,
    starts.find((at) => at > from),
  )
  const type = media[0]?.split(' ')[3] ?? ''
  const format = formatOf(media, type)
  if (format === null) return null
  return {
    ...format,
    control: attributeOf(media, 'control'),
    sessionControl: attributeOf(lines.slice(0, starts[0]), 'control'),
    parameterSets: parameterSetsOf(media, type),
  }
}

function attributeOf(lines: readonly string[], name: string): string {
  const prefix = `a=${name}:`
  return (
    lines
      .find((it) => it.startsWith(prefix))
      ?.slice(prefix.length)
      .trim() ?? ''
  )
}

function formatOf(media: readonly string[], type: string): { encoding: string; clockRate: number } | null {
  const line = media.find((it) => it.startsWith(`a=rtpmap:${type} `)) ?? ''
  const map = /^a=rtpmap:\d+ +([\w.-]{1,30})\/([1-9]\d{0,8})(?:\/\d+)?\s*$/.exec(line)
  return map === null
    ? (fixedTypes[type] ?? null)
    : { encoding: (map[1] ?? '').toUpperCase(), clockRate: Number(map[2]) }
}

/** `sprop-parameter-sets=a,b` (H.264), `sprop-vps=…; sprop-sps=…; sprop-pps=…` (H.265), in Base64. */
function parameterSetsOf(media: readonly string[], type: string): Buffer[] {
  const format = media.find((it) => it.startsWith(`a=fmtp:${type} `)) ?? ''
  const found = [...format.matchAll(/sprop-(?:parameter-sets|sps)=([A-Za-z0-9+/=,]+)/g)]
  return found
    .flatMap(([, sets = '']) => sets.split(','))
    .slice(0, maxParameterSets)
    .map((it) => Buffer.from(it, 'base64'))
}

/** Where a control attribute leads (RFC 2326, appendix C.1.1): whole addresses as they are, `*` is the base itself. */
export function controlAddress(control: string, base: string): string {
  if (control === '' || control === '*') return base
  if (/^rtspu?:\/\//i.test(control)) return control.replace(/[\s\p{Cc}]/gu, '')
  const clean = control.replace(/[\s\p{Cc}]/gu, '')
  return clean.startsWith('/') && URL.canParse(base)
    ? `${/^[a-z]+:\/\/[^/]*/i.exec(base)?.[0] ?? ''}${clean}`
    : `${base.replace(/\/$/, '')}/${clean}`
}
