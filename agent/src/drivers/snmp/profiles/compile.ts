/** From what a profile's file says to what the driver uses. */
import { classByName, flagOf, kindByType, statesInTags } from './datadog.ts'
import {
  type IdentityFieldName,
  type IdentitySource,
  identityFields,
  type LimitSource,
  type Profile,
  type RowName,
  type SymbolSpec,
  type TableSpec,
} from './profile.ts'
import type { IdentityField, ProfileFile, ProfileSymbol } from './schema.ts'

type Metric = NonNullable<ProfileFile['metrics']>[number]
type Tag = NonNullable<Metric['metric_tags']>[number]

/** Datadog's names of fields, and ours; of several the first that is found counts. */
const fieldNames: Record<IdentityFieldName, readonly string[]> = {
  vendor: ['vendor'],
  model: ['model', 'product_name'],
  serial: ['serial_number', 'serial'],
  firmware: ['version', 'firmware', 'os_version'],
  name: ['name'],
  mac: ['mac'],
}

/** What a class is measured in when the file names no unit. */
const unitsOfClasses: Readonly<Record<string, string>> = {
  temperature: '°C',
  'dew-point': '°C',
  humidity: '%',
  voltage: 'V',
  current: 'A',
  power: 'W',
  'apparent-power': 'VA',
  'reactive-power': 'var',
  energy: 'kWh',
  frequency: 'Hz',
  load: '%',
  memory: '%',
  storage: '%',
  charge: '%',
  level: '%',
  share: '%',
  'fan-speed': 'rpm',
  'air-flow': 'm³/min',
  flow: 'l/min',
  pressure: 'Pa',
  runtime: 's',
  time: 's',
  'optical-power': 'dBm',
  signal: 'dBm',
  'signal-to-noise': 'dB',
  speed: 'bit/s',
}

/** `parents` in the order of `extends`; what the file says itself goes before what they say. */
export function compileProfile(name: string, file: ProfileFile, parents: readonly Profile[]): Profile {
  const metrics = (file.metrics ?? []).map(statesInTags)
  const listed = typeof file.sysobjectid === 'string' ? [file.sysobjectid] : (file.sysobjectid ?? [])
  return {
    name,
    sysObjectIds: listed.map((it) => it.replace(/^\./, '')),
    sysDescr: patternOf(file.sysdescr),
    detect: file.detect ?? [],
    kind: file.kind ?? kindByType(file) ?? parents.find((it) => it.kind !== null)?.kind ?? null,
    kinds: (file.kinds ?? []).map((it) => ({
      sysObjectId: it.sysobjectid?.replace(/^\./, '') ?? null,
      sysDescr: it.sysdescr === undefined ? null : new RegExp(it.sysdescr, 'i'),
      kind: it.kind,
    })),
    enterprises: file.enterprises ?? {},
    identity: identityOf(file, parents),
    scalars: [...metrics.flatMap(scalarsOf), ...parents.flatMap((it) => it.scalars)],
    tables: [...metrics.flatMap(tableOf), ...parents.flatMap((it) => it.tables)],
  }
}

function identityOf(file: ProfileFile, parents: readonly Profile[]): Profile['identity'] {
  const fields = file.metadata?.device?.fields ?? {}
  const vendor = file.device?.vendor === undefined ? [] : [constant(file.device.vendor)]
  return Object.fromEntries(
    identityFields.map((field) => {
      const own = fieldNames[field].flatMap((it) => sourcesOf(fields[it]))
      const inherited = parents.flatMap((it) => it.identity[field] ?? [])
      return [field, [...own, ...(field === 'vendor' ? vendor : []), ...inherited]]
    }),
  )
}

function constant(value: string): IdentitySource {
  return { value, oid: null, row: null, pattern: null, template: null, isMac: false }
}

function sourcesOf(field: IdentityField | undefined): IdentitySource[] {
  if (field === undefined) return []
  const symbols = [...(field.symbol === undefined ? [] : [field.symbol]), ...(field.symbols ?? [])]
  const read = symbols.flatMap((it): IdentitySource[] => {
    if (it.OID === undefined) return []
    const row = it.row_where ? { column: it.row_where.OID, values: it.row_where.in } : it.first_row ? 'first' : null
    return [
      {
        value: null,
        oid: it.OID,
        row,
        pattern: patternOf(it.match_pattern ?? it.extract_value),
        template: it.match_value ?? null,
        isMac: it.format === 'mac_address',
      },
    ]
  })
  return [...read, ...(field.value === undefined ? [] : [constant(field.value)])]
}

function patternOf(text: string | undefined): RegExp | null {
  return text === undefined ? null : new RegExp(text)
}

function scalarsOf(metric: Metric): SymbolSpec[] {
  if (metric.table !== undefined) return []
  const own = typeof metric.symbol === 'object' ? [metric.symbol] : []
  const short = metric.OID === undefined ? [] : [{ OID: metric.OID, name: metric.name ?? metric.OID }]
  return [...own, ...short].flatMap((it) => symbolOf(it, metric, ''))
}

function tableOf(metric: Metric): TableSpec[] {
  if (metric.table === undefined) return []
  const symbols = (metric.symbols ?? []).flatMap((it) =>
    typeof it === 'string' ? [] : symbolOf(it, metric, '.{index}'),
  )
  if (symbols.length === 0) return []
  const skip = metric.skip_rows
  const keep = metric.keep_rows
  return [
    {
      symbols,
      names: (metric.metric_tags ?? []).flatMap(nameOf),
      skipRows: skip === undefined ? null : { column: skip.OID, values: skip.in },
      keepRows: keep === undefined ? null : { column: keep.OID, values: keep.in },
    },
  ]
}

function symbolOf(it: ProfileSymbol, metric: Metric, suffix: string): SymbolSpec[] {
  if (it.OID === undefined) return []
  const type = it.metric_type ?? metric.metric_type ?? metric.forced_type
  const named = it.class === undefined ? classByName(it.name) : undefined
  const flag = flagOf(metric)
  const tail = flag === null || flag.suffix === '' ? '' : `.${flag.suffix}`
  return [
    {
      oid: it.OID,
      id: it.id ?? `${it.name}${tail}${suffix}`,
      title: it.title ?? `${it.name}${tail}`,
      class: it.class ?? named?.class ?? (it.states === undefined && it.bits === undefined ? 'value' : 'state'),
      unit: it.unit ?? named?.unit ?? unitsOfClasses[it.class ?? ''] ?? '',
      // A rate of seconds per second, shown as a share of time.
      scale: (it.scale_factor ?? 1) * (type === 'percent' ? 100 : 1),
      offset: it.offset ?? 0,
      rate: rateOf(type),
      pattern: patternOf(it.extract_value) ?? flag?.pattern ?? null,
      states: it.states ?? null,
      bits: it.bits ?? null,
      ignore: it.ignore ?? [],
      limits: it.limits,
      limitBy: it.limit_by === undefined ? null : { low: limitOf(it.limit_by.low), high: limitOf(it.limit_by.high) },
      watch: it.watch === undefined ? null : { states: it.watch === true ? null : it.watch },
      multiplyBy: auxiliary(it.multiply_by),
      percentOf: auxiliary(it.percent_of),
      exponent: auxiliary(it.exponent),
      scaleBy: auxiliary(it.scale_by),
      precision: auxiliary(it.precision),
      atMost: it.at_most === undefined ? null : { oid: it.at_most.OID, scale: it.at_most.scale_factor },
      kindBy: kindByOf(it.kind_by),
    },
  ]
}

function limitOf(it: NonNullable<ProfileSymbol['limit_by']>['low']): LimitSource | null {
  if (it === undefined) return null
  const where = (it.where ?? []).map((rows) => ({ column: rows.OID, values: rows.in }))
  return { oid: it.OID, scale: it.scale_factor ?? null, where }
}

function kindByOf(it: ProfileSymbol['kind_by']): SymbolSpec['kindBy'] {
  if (it === undefined) return null
  return {
    oid: it.OID ?? null,
    indexPart: it.index ?? 1,
    mapping: it.mapping,
    words: it.words.map(({ match, ...kind }) => ({ ...kind, pattern: new RegExp(match, 'i') })),
  }
}

function auxiliary(it: ProfileSymbol['multiply_by']): SymbolSpec['multiplyBy'] {
  return it === undefined ? null : { oid: it.OID, mapping: it.mapping ?? null }
}

function rateOf(type: string | undefined): SymbolSpec['rate'] {
  if (type === undefined) return 'by-type'
  return /rate|monotonic|counter|percent/.test(type) ? 'yes' : 'no'
}

function nameOf(tag: Tag): RowName[] {
  if (typeof tag === 'string') return []
  const symbol = typeof tag.symbol === 'object' ? tag.symbol : undefined
  const column = tag.column?.OID ?? symbol?.OID ?? tag.OID ?? null
  if (column === null && tag.index === undefined) return []
  return [
    {
      column,
      pattern: patternOf(symbol?.extract_value ?? symbol?.match_pattern ?? tag.match),
      isAddress: symbol?.format === 'ip_address',
      indexPart: column === null ? (tag.index ?? null) : null,
      mapping: tag.mapping ?? null,
      transform: tag.index_transform ?? null,
    },
  ]
}
