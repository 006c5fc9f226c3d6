/** From what was observed to faults and their levels: the pure engine of fault-levels.md, sections 2 to 4. */
export { FaultKind, FaultLevel } from '../model/index.ts'
export { createDiagnosis, type Diagnosis, restoreDiagnosis } from './diagnosis.ts'
export { FaultEvent, type OpenFault } from './events.ts'
export { DiagnosisInput } from './inputs.ts'
export { fittingModel, type Misfit } from './misfits.ts'
export { DiagnosisSettings } from './settings.ts'
export { SiteModel, type SiteModelInput } from './site-model.ts'
export { DiagnosisSnapshot } from './snapshot.ts'
