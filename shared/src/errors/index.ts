/** The one error class of agent and hub, its catalogue, and the RFC 9457 problem document it becomes on the wire. */
export { catalogue, type ErrorCode } from './catalogue.ts'
export { errorOfProblem, Problem, problemOf } from './problem.ts'
export { isStewardError, type NextStep, StewardError } from './steward-error.ts'
