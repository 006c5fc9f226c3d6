/** Between a device as it is configured and what its form holds. Pure. */
import type { DeviceModel } from '@steward/shared/model'
import { type ConnectionValues, connectionOf, valuesOf } from './connection-presets.ts'

export type DeviceValues = ConnectionValues & {
  id: string
  name: string
  kind: DeviceModel['kind']
  address: string
  serves: string[]
  needs: string[][]
  location: string
  note: string
  /** empty: the site's first agent */
  agent: string
  enabled: boolean
}

export function deviceValues(config: DeviceModel | undefined): DeviceValues {
  return {
    ...valuesOf(config?.connections[0]),
    id: config?.id ?? '',
    name: config?.name ?? '',
    kind: config?.kind ?? 'camera',
    address: config?.address ?? '',
    serves: config?.serves.map((it) => it.function) ?? [],
    needs: config?.needs ?? [],
    location: config?.location ?? '',
    note: config?.note ?? '',
    agent: config?.agent ?? '',
    enabled: config?.enabled ?? true,
  }
}

/** What was typed as a device; weights of what it serves, and connections beyond the first, stay as they were. */
export function deviceOf(values: DeviceValues, id: string, before: DeviceModel | undefined): DeviceModel {
  const first = connectionOf(values, before?.connections[0])
  const weights = new Map(before?.serves.map((it) => [it.function, it.weight]))
  const name = values.name.trim()
  const address = values.address.trim()
  return {
    id,
    kind: values.kind,
    connections: [...(first === null ? [] : [first]), ...(before?.connections.slice(1) ?? [])],
    serves: values.serves.map((it) => ({ function: it, weight: weights.get(it) ?? 1 })),
    needs: values.needs.filter((it) => it.length > 0),
    location: values.location.trim(),
    note: values.note,
    enabled: values.enabled,
    ...(name === '' || name === id ? {} : { name }),
    ...(address === '' ? {} : { address }),
    ...(values.agent === '' ? {} : { agent: values.agent }),
  }
}
