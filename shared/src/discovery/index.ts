/** From what was found in a network to what is proposed for its site; pure, so that hub and command line say the same. */
export { FoundDevice } from './found.ts'
export { devicesByAddress, type SiteNow } from './known.ts'
export { type Proposals, proposeDevices } from './propose.ts'
export { newSystem, placementOf } from './systems.ts'
export { completed } from './vendors.ts'
export { kindByWords } from './words.ts'
