/** Whether a camera's picture is as it usually is at this hour: black, blurred, covered, turned away, frozen. */
export { type PictureState, pictureStates } from './compare.ts'
export { createPictureEye, type PictureEye } from './eye.ts'
