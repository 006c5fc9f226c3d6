/** ONVIF: who a camera is, how its video is set, its clock, and whether picture and stream can be had. */
import type { Driver } from '../contract.ts'
import { openOnvifSession } from './session.ts'

export function createOnvifDriver(): Driver<'onvif'> {
  return { name: 'onvif', needsSecret: () => true, open: openOnvifSession, close: () => undefined }
}
