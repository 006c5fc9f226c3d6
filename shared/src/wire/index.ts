/** Every message between agent and hub, as schemas: enrolment, proof of identity, batches upward, commands downward. */
export * from './batch.ts'
export * from './carrier.ts'
export * from './command.ts'
export * from './enrolment.ts'
export * from './identity.ts'
export * from './paths.ts'
