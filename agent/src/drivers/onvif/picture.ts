/** Now and then a camera is asked for a picture, and what it shows is judged. */
import { isStewardError, StewardError } from '@steward/shared/errors'
import type { ConnectionOf, Identity } from '@steward/shared/model'
import { type PictureEye, pictureStates } from '../../picture/index.ts'
import type { LearnedPoint, Limits, Reading } from '../contract.ts'
import type { OnvifClient } from './client.ts'
import type { Camera } from './learn.ts'

/** Who judges pictures, and the clocks: ms since 1970, and ms that only ever go on. */
export type PictureSight = { eye: PictureEye; clock: { wallMs(): number; monotonicMs(): number } }

/** Of all cameras only some send their picture at a time: one may have megabytes, and all of them wait in memory. */
export type PicturePlaces = { take(): boolean; leave(): void }

const usualEveryMs = 5 * 60_000
const atOnce = 4
const maxPictureBytes = 16 * 1024 * 1024

/** Colours that are off leave everything to be seen; each of the others leaves a camera that records nothing of use. */
const cast = 'colour-cast'
const direct = pictureStates.filter((it) => it !== 'ok' && it !== cast)

export const snapshotState = { ...point('snapshot.state', 'state', 'Picture', ''), states: ['ok', 'failed'] }
const snapshotTime = point('snapshot.time', 'latency', 'Time to get a picture', 's')
const snapshotSize = point('snapshot.size', 'size', 'Size of a picture', 'B')
const content: LearnedPoint = {
  ...point('picture', 'state', 'Picture content', ''),
  states: [...pictureStates],
  watch: { isDirect: true, states: direct },
}
const colour: LearnedPoint = {
  ...point('picture.colour', 'state', 'Picture colour', ''),
  states: ['ok', cast],
  watch: { isDirect: false, states: [cast] },
}

function point(id: string, kind: string, name: string, unit: string): LearnedPoint {
  return { id, class: kind, instance: '', name, unit }
}

export function createPicturePlaces(): PicturePlaces {
  let taken = 0
  return {
    take() {
      if (taken >= atOnce) return false
      taken += 1
      return true
    },
    leave() {
      taken -= 1
    },
  }
}

export type PictureWatch = {
  pointsOf(camera: Camera): LearnedPoint[]
  isDue(): boolean
  /** Asks for the picture and has it judged. Throws StewardError where the camera gives none; the judgement loses only itself. */
  read(camera: Camera, client: OnvifClient, limits: Limits, into: Reading): Promise<void>
}

const machineClock = { monotonicMs: () => performance.now() }

/** `sight`: null where nobody judges. */
export function createPictureWatch(
  device: string,
  { port, pictureEveryMs = usualEveryMs }: ConnectionOf<'onvif'>,
  sight: PictureSight | null,
  places: PicturePlaces,
): PictureWatch {
  const clock = sight?.clock ?? machineClock
  const isJudged = sight !== null && pictureEveryMs > 0
  const everyMs = pictureEveryMs === 0 ? usualEveryMs : pictureEveryMs
  let waitUntilMs = Number.NEGATIVE_INFINITY

  const judge = async (camera: Camera, file: Buffer, into: Reading): Promise<boolean> => {
    if (sight === null) return true
    try {
      const name = nameOf(device, port, camera.identity)
      const look = await sight.eye.look(name, file, sight.clock.wallMs(), camera.turns)
      if (look === null) return false
      into.values[content.id] = look.state
      into.values[colour.id] = look.state === cast ? cast : 'ok'
      return look.isSettled
    } catch (error) {
      if (!isStewardError(error)) throw error
      into.values[content.id] = null
      into.values[colour.id] = null
      into.errors.push({ point: content.id, message: error.message })
      return true
    }
  }

  return {
    pointsOf: ({ snapshot }) =>
      snapshot === null ? [] : [snapshotState, snapshotTime, snapshotSize, ...(isJudged ? [content, colour] : [])],
    isDue: () => clock.monotonicMs() >= waitUntilMs,
    async read(camera, client, limits, into) {
      if (camera.snapshot === null || !places.take()) return
      // Until it has come it is due again at the next poll.
      waitUntilMs = Number.NEGATIVE_INFINITY
      Object.assign(into.values, { [snapshotTime.id]: null, [snapshotSize.id]: null })
      try {
        const started = performance.now()
        const { status, headers, body } = await client.fetch(camera.snapshot, limits, maxPictureBytes)
        if (status !== 200 || !/^image\//i.test(headers['content-type'] ?? ''))
          throw new StewardError('driver/protocol', `asked for a picture, it answered HTTP ${status}`)
        into.values[snapshotTime.id] = (performance.now() - started) / 1000
        into.values[snapshotSize.id] = body.length
        into.values[snapshotState.id] = 'ok'
        const isSettled = !isJudged || (await judge(camera, body, into))
        waitUntilMs = isSettled ? clock.monotonicMs() + everyMs : waitUntilMs
      } finally {
        places.leave()
      }
    },
  }
}

/** A camera that was replaced by another one has other pictures. */
function nameOf(device: string, port: number, { serial = '' }: Identity): string {
  return `${device}:${port}:${serial}`
}
