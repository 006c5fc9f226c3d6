/** Makes devices of what a person accepts: with the systems they serve and the devices they need, together or not at all. */
import type { DiscoveryAccept, SiteInput } from '@steward/shared/api'
import { type FoundDevice, newSystem, proposeDevices } from '@steward/shared/discovery'
import { StewardError } from '@steward/shared/errors'
import { type Connection, DeviceModel, type SystemModel } from '@steward/shared/model'

type Accepted = DiscoveryAccept['devices'][number]
export type SiteAsItIs = { site: SiteInput; devices: readonly DeviceModel[] }

/**
 * The devices and systems that the site shall have as well; addresses that it has already are named and left out. Throws
 * `input/invalid` for an address that was not found, `input/conflict` for a name that is taken.
 */
export function devicesOfAccepted(
  { site, devices }: SiteAsItIs,
  found: readonly FoundDevice[],
  { devices: accepted, snmpUser }: DiscoveryAccept,
): { systems: SystemModel[]; devices: DeviceModel[]; known: string[] } {
  const byAddress = new Map(found.map((it) => [it.address, it]))
  const known = new Set(devices.flatMap((it) => it.address ?? []))
  const fresh = accepted.filter((it) => !known.has(it.address))
  const taken = new Set(devices.map((it) => it.id))
  for (const { id } of fresh) {
    if (taken.has(id)) throw new StewardError('input/conflict', `There is a device "${id}" already; name it otherwise.`)
    taken.add(id)
  }
  const like = devices.flatMap((it) => it.connections).find(isOpenV3)
  const kinds = new Map(
    proposeDevices(found, { systems: site.systems, devices }).devices.map((it, at) => [
      found[at]?.address,
      it.systemKind,
    ]),
  )
  return {
    systems: systemsWith(site.systems, fresh, (it) => kinds.get(it.address) ?? 'other'),
    devices: fresh.map((it) => {
      const one = byAddress.get(it.address)
      if (one === undefined) throw new StewardError('input/invalid', `${it.address} was not found by the last search.`)
      return deviceOf(
        it,
        one.connections.flatMap((connection) => connectionFor(connection, like, snmpUser)),
        taken,
      )
    }),
    known: accepted.filter((it) => known.has(it.address)).map((it) => it.address),
  }
}

function deviceOf(it: Accepted, connections: readonly Connection[], there: ReadonlySet<string>): DeviceModel {
  return DeviceModel.parse({
    id: it.id,
    ...(it.name === undefined ? {} : { name: it.name }),
    kind: it.kind,
    address: it.address,
    connections,
    serves: it.function === null ? [] : [{ function: it.function }],
    // Who was needed and not accepted is not there to be needed.
    needs: it.needs
      .map((alternatives) => alternatives.filter((id) => there.has(id) && id !== it.id))
      .filter((alternatives) => alternatives.length > 0),
  })
}

type SnmpConnection = Extract<Connection, { driver: 'snmp' }>

function isOpenV3(connection: Connection): connection is SnmpConnection {
  return connection.driver === 'snmp' && connection.version === 'v3' && connection.user !== undefined
}

/** SNMPv3 needs a user: the one given, that of the site's other devices, or the connection is left for a person to add. */
function connectionFor(
  connection: Connection,
  like: SnmpConnection | undefined,
  user: string | undefined,
): Connection[] {
  if (connection.driver !== 'snmp' || connection.version !== 'v3' || connection.user !== undefined) return [connection]
  const asked = { ...(like ?? connection), port: connection.port, ...(user === undefined ? {} : { user }) }
  return asked.user === undefined ? [] : [asked]
}

/** The systems and functions that are served and not there yet. */
function systemsWith(
  systems: readonly SystemModel[],
  accepted: readonly Accepted[],
  kindOf: (it: Accepted) => SystemModel['kind'],
): SystemModel[] {
  const all = new Map(systems.map((it) => [it.id, it]))
  for (const it of accepted) {
    if (it.function === null) continue
    const [id = '', name = ''] = it.function.split('/')
    const before = all.get(id)
    if (before?.functions.some((one) => one.id === name) === true) continue
    const fresh = newSystem(id, before?.kind ?? kindOf(it), [name])
    all.set(id, before === undefined ? fresh : { ...before, functions: [...before.functions, ...fresh.functions] })
  }
  return [...all.values()]
}
