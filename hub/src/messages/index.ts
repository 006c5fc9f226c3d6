/** What devices said by themselves: SNMP notifications and syslog, kept for a month. */
export { fileMessage } from './file-message.ts'
export { createMessages, forgetOldMessages, type Messages } from './messages.ts'
export { messageMigrations } from './migrations.ts'
export { messageRoutes } from './routes.ts'
export type { MessageTables } from './schema.ts'
