/** ONVIF: who a camera is, how its video is set, its clock, and whether picture and stream can be had. */
import type { Driver } from '../contract.ts'
import type { StreamMeter } from '../stream-meter.ts'
import { openOnvifSession } from './session.ts'
import { createStreamPlaces } from './stream.ts'

export function createOnvifDriver(measureStream: StreamMeter): Driver<'onvif'> {
  const places = createStreamPlaces(measureStream)
  return {
    name: 'onvif',
    needsSecret: () => true,
    open: (target) => openOnvifSession(target, places),
    close: () => undefined,
  }
}
