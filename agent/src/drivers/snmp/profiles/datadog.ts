/** What Datadog's profiles say in other words than ours. */
import type { DeviceKind } from '@steward/shared/model'
import type { ProfileFile, ProfileSymbol } from './schema.ts'

type Metric = NonNullable<ProfileFile['metrics']>[number]
type Tag = Exclude<NonNullable<Metric['metric_tags']>[number], string>

/**
 * A table with `constant_value_one` says the state of a row in a tag with words: each such tag becomes a state of the row, the
 * others name it.
 */
export function statesInTags(metric: Metric): Metric {
  const symbols = metric.symbols ?? []
  const constant = symbols.find((it) => typeof it === 'object' && it.constant_value_one === true)
  if (typeof constant !== 'object') return metric
  const tags = metric.metric_tags ?? []
  const states = tags.flatMap((tag) => {
    const state = typeof tag === 'object' ? stateOf(tag, constant.name) : null
    return state === null ? [] : [{ tag, state }]
  })
  const said = new Set<unknown>(states.map((it) => it.tag))
  return {
    ...metric,
    symbols: [...symbols, ...states.map((it) => it.state)],
    metric_tags: tags.filter((it) => !said.has(it)),
  }
}

function stateOf({ symbol, column, tag, mapping, index_transform }: Tag, name: string): ProfileSymbol | null {
  const of = typeof symbol === 'object' ? symbol : column
  if (of === undefined || mapping === undefined || index_transform !== undefined) return null
  const called = tag ?? (of.name === '' ? name : of.name)
  return {
    OID: of.OID,
    name: called,
    id: `${name}.{index}.${called}`,
    title: called,
    states: mapping,
    metric_type: 'gauge',
  }
}

/** `flag_stream`: one character of a text is a point of its own. */
export function flagOf({ options, metric_type, forced_type }: Metric): { pattern: RegExp; suffix: string } | null {
  if ((metric_type ?? forced_type) !== 'flag_stream' || options?.placement === undefined) return null
  return { pattern: new RegExp(`^.{${options.placement - 1}}(.)`), suffix: options.metric_suffix ?? '' }
}

const kindsByType: Readonly<Record<string, DeviceKind>> = {
  switch: 'switch',
  router: 'router',
  'sd-wan': 'router',
  firewall: 'firewall',
  access_point: 'access-point',
  wlc: 'access-point',
  ups: 'ups',
  printer: 'printer',
  server: 'server',
  storage: 'server',
  sensor: 'controller',
  pdu: 'other',
  load_balancer: 'server',
}

/** What `metadata.device.fields.type` calls a device. */
export function kindByType(file: ProfileFile): DeviceKind | null {
  const type = file.metadata?.device?.fields.type?.value
  return type === undefined ? null : (kindsByType[type.toLowerCase()] ?? null)
}

/** Names that say what is measured, whatever the vendor. */
const classesByName: Readonly<Record<string, { class: string; unit: string }>> = {
  'cpu.usage': { class: 'load', unit: '%' },
  'memory.usage': { class: 'memory', unit: '%' },
}

export function classByName(name: string): { class: string; unit: string } | undefined {
  return classesByName[name]
}
