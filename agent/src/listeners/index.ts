/** What devices say by themselves: SNMP notifications and syslog, on ports that are closed unless the site says otherwise. */
export { createListeners, type Listeners } from './listeners.ts'
export { parseSyslog } from './syslog/parse-syslog.ts'
