/** npm net-snmp with kept sessions, as fast as it goes, a process of its own: the same targets and objects as ours. */
import snmp from 'net-snmp'
import { startMeasure } from './figure.ts'
import { addressOf, getOids, interfaceTable, snmpdOids, user } from './targets.ts'

type Job = { mode: 'get' | 'walk' | 'v3'; port: number; targets: number; seconds: number }

const job: Job = JSON.parse(process.argv[2] ?? '{}')
const atOnce = 64
const warmUpMs = 2000
const repetitions = 25

const v3User = {
  name: user.name,
  level: snmp.SecurityLevel.authPriv,
  authProtocol: snmp.AuthProtocols.sha,
  authKey: user.authPassphrase,
  privProtocol: snmp.PrivProtocols.aes,
  privKey: user.privPassphrase,
}
const options = { port: job.port, timeout: 3000, retries: 1 }
const sessions = Array.from({ length: job.targets }, (_, i) =>
  job.mode === 'v3'
    ? snmp.createV3Session(addressOf(i), v3User, { ...options, version: snmp.Version3 })
    : snmp.createSession(addressOf(i), 'public', { ...options, version: snmp.Version2c }),
)
const oids = [...(job.mode === 'v3' ? snmpdOids : getOids)]

function read(i: number): Promise<number> {
  return new Promise((resolve, reject) => {
    let walked = 0
    if (job.mode === 'walk') {
      const feed = (varbinds: unknown): void => {
        if (Array.isArray(varbinds)) walked += varbinds.length
      }
      sessions[i]?.subtree(interfaceTable, repetitions, feed, (error) => (error ? reject(error) : resolve(walked)))
    } else {
      sessions[i]?.get(oids, (error, varbinds) => (error ? reject(error) : resolve(varbinds?.length ?? 0)))
    }
  })
}

async function rounds(untilMs: number, atLeast: number): Promise<number> {
  let next = 0
  let values = 0
  const work = async (): Promise<void> => {
    while (performance.now() < untilMs || next < atLeast) {
      const i = next % job.targets
      next += 1
      const found = await read(i)
      values += found
    }
  }
  await Promise.all(Array.from({ length: atOnce }, work))
  return values
}

// Every session is opened, and every engine discovered, before it counts.
await rounds(performance.now() + warmUpMs, job.targets)
const end = startMeasure()
const values = await rounds(performance.now() + job.seconds * 1000, 0)
console.log(JSON.stringify(end(values)))
process.exit(0)
