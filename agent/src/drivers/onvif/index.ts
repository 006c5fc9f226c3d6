/** ONVIF: who a camera is, how its video is set, its clock, what its picture shows, and whether the stream can be had. */
import type { Driver } from '../contract.ts'
import type { StreamMeter } from '../stream-meter.ts'
import { createPicturePlaces, type PictureSight } from './picture.ts'
import { openOnvifSession } from './session.ts'
import { createStreamPlaces } from './stream.ts'

export type { PictureSight } from './picture.ts'

/** `sight`: who judges pictures; null: nobody. */
export function createOnvifDriver(measureStream: StreamMeter, sight: PictureSight | null): Driver<'onvif'> {
  const shared = { streams: createStreamPlaces(measureStream), pictures: createPicturePlaces(), sight }
  return {
    name: 'onvif',
    needsSecret: () => true,
    open: (target) => openOnvifSession(target, shared),
    close: () => sight?.eye.close(),
  }
}
