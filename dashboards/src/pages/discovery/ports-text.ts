import { DiscoveryPort } from '@steward/shared/model'

/** `onvif:8899, modbus:1502` as ports to knock at as well; null where that is not what stands there. */
export function portsOf(text: string): DiscoveryPort[] | null {
  const words = text.split(/[\s,，;；]+/).filter((it) => it !== '')
  const ports = words.flatMap((word) => {
    const [protocol, port = ''] = word.toLowerCase().split(/[:：]/)
    const parsed = DiscoveryPort.safeParse({ protocol, port: /^\d+$/.test(port) ? Number(port) : Number.NaN })
    return parsed.success ? [parsed.data] : []
  })
  return ports.length === words.length && ports.length <= 20 ? ports : null
}
