/** Camera channels: a recorder lists the cameras that it records, each of which is a device of kind `channel` where a site counts recordings. */
import type { ProposedLink } from './findings.ts'
import type { Directory, TopologyDevice } from './site.ts'
import { channelEvidence } from './words.ts'

type Recorded = { camera: string; recorder: string; name: string; at: number }

/** `cam-07-rec` is a channel of `cam-07`: it needs the camera and the recorder that lists it. */
export function channelLinks(directory: Directory): ProposedLink[] {
  const devices = [...directory.byId.values()]
  const recorded = Map.groupBy(
    devices.flatMap((it) => recordedBy(directory, it)),
    (it) => it.camera,
  )
  if (recorded.size === 0) return []
  return devices.filter((it) => it.kind === 'channel').flatMap((it) => linkOf(it, recorded))
}

function recordedBy(directory: Directory, { id, kind, channels, learned }: TopologyDevice): Recorded[] {
  if (kind !== 'nvr') return []
  const named = channels?.names.map((name) => ({ name, address: undefined, at: channels.at })) ?? []
  const listed = learned?.findings.channels?.map((it) => ({ ...it, at: learned.at })) ?? []
  const found = new Map<string, Recorded>()
  for (const { name, address, at } of [...listed, ...named]) {
    // An address is no matter of taste; what people call a camera at its recorder is.
    const camera = (address === undefined ? undefined : directory.ofAddress(address)) ?? directory.ofLabel(name)
    const isCamera = camera !== undefined && directory.byId.get(camera)?.kind === 'camera'
    if (isCamera && !found.has(camera)) found.set(camera, { camera, recorder: id, name: name || camera, at })
  }
  return [...found.values()]
}

/** None where two recorders list the camera and nobody said which of them is meant. */
function linkOf({ id, needs }: TopologyDevice, recorded: ReadonlyMap<string, readonly Recorded[]>): ProposedLink[] {
  const ends = [...id.matchAll(/[-._]/g)].map((it) => it.index).reverse()
  const prefix = ends.map((end) => id.slice(0, end)).find((it) => recorded.has(it))
  const fitting = recorded.get(prefix ?? '') ?? []
  const stated = fitting.filter((it) => needs.flat().includes(it.recorder))
  const [found, another] = fitting.length > 1 ? stated : fitting
  if (found === undefined || another !== undefined) return []
  const { camera, recorder, name } = found
  return [
    {
      device: id,
      needs: [[camera], [recorder]],
      places: [{ to: recorder, port: name }],
      by: [channelEvidence(found)],
      confidence: 'medium',
    },
  ]
}
