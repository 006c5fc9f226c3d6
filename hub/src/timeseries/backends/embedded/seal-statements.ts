import { type DayTable, quoted, type Tier, tiers } from './layout.ts'

/** What is made into one customer's file of one day: values in tables, and the file that there is already. */
export type ToSeal = { customer: string; day: number; tables: readonly DayTable[]; sealed: string | null }

/** zstd at its default: 3 to 7 bytes a value. Small row groups, so that one series is found without reading its neighbours. */
const parquet = '(format parquet, compression zstd, row_group_size 20480)'

/** Sites that are the customer's now. */
function sitesOf(customer: string): string {
  return `(select site from site_customers group by site having arg_max(customer, since) = ${quoted(customer)})`
}

/** Customers that have values in these tables. */
export function customersIn(tables: readonly DayTable[]): string {
  const ids = tables.map((it) => `select series from ${it.name}`).join(' union all ')
  return `
    select distinct customer from (select site, arg_max(customer, since) as customer from site_customers group by site)
    join series using (site) where id in (${ids}) order by customer`
}

/**
 * Writes a customer's values of a day, sorted by series and time, each once. Series are ranked by name first, so that the
 * sort moves two integers a row and not three names; equal neighbours are dropped as they stream by.
 */
export function sealValues({ customer, day, tables, sealed }: ToSeal, target: string): string {
  const parts = tables.map((it) => `select r, ms, num, word, flag from ${it.name} join ranked on id = series and mine`)
  if (sealed !== null) {
    parts.push(`select r, (epoch_ms(ts) - ${day})::integer as ms, num, word, flag
      from read_parquet(${quoted(sealed)}) join ranked using (site, device, point)`)
  }
  return `
    copy (
      with ranked as materialized (
        select *, row_number() over (order by site, device, point)::integer as r, site in ${sitesOf(customer)} as mine from series
      ), sorted as (
        select * from (${parts.join(' union all ')}) order by r, ms
      ), marked as (
        select *, lag(r) over () as before_r, lag(ms) over () as before_ms from sorted
      )
      select site, device, point, make_timestamp_ms(${day} + ms) as ts, num, word, flag
      from marked join ranked using (r) where before_r is distinct from r or before_ms is distinct from ms
    ) to ${quoted(target)} ${parquet}`
}

const asRollup = {
  raw: '1 as n, (num is not null)::integer as k, num as lo, num as hi, num as total, ts as last_ts, num, word, flag',
  '5m': 'n, k, lo, hi, total, last_ts, num, word, flag',
  '1h': 'n, k, lo, hi, total, last_ts, num, word, flag',
}

/**
 * What a span of a roll-up holds of the spans, or values, that it is made of. The last value is found by three plain
 * aggregates, not by one over a struct: that would take ten times the memory, outside of DuckDB's limit.
 */
function rolledUp(from: Tier, file: string, ms: number): string {
  const readable = from === 'raw' ? 'where num is not null or word is not null or flag is not null' : ''
  const lastOf = (column: string): string =>
    `case when max(last_ts) filter (${column} is not null) = max(last_ts) then arg_max(${column}, last_ts) end as ${column}`
  return `
    select site, device, point, make_timestamp_ms(epoch_ms(start) // ${ms} * ${ms}) as ts, sum(n)::integer as n, sum(k)::integer as k,
      min(lo) as lo, max(hi) as hi, sum(total) as total, max(last_ts) as last_ts,
      ${lastOf('num')}, ${lastOf('word')}, ${lastOf('flag')}
    from (select site, device, point, ts as start, ${asRollup[from]} from read_parquet(${quoted(file)}) ${readable})
    group by site, device, point, epoch_ms(start) // ${ms}`
}

const columns = 'site, device, point, ts, n, k, lo, hi, total, last_ts, num, word, flag'

/** Writes a day's roll-up. */
export function rollUpDay(from: Tier, source: string, to: Exclude<Tier, 'raw'>, target: string): string {
  return `copy (select ${columns} from (${rolledUp(from, source, tiers[to])}) order by site, device, point, ts) to ${quoted(target)} ${parquet}`
}

/** Writes a month's roll-up anew, with one of its days put in or replaced. */
export function rollUpMonth(
  source: string,
  day: { from: number; to: number },
  month: string | null,
  target: string,
): string {
  const fresh = `select ${columns} from (${rolledUp('5m', source, tiers['1h'])})`
  const kept =
    month === null
      ? ''
      : `union all by name select * from read_parquet(${quoted(month)}) where epoch_ms(ts) < ${day.from} or epoch_ms(ts) >= ${day.to}`
  return `copy (${fresh} ${kept} order by site, device, point, ts) to ${quoted(target)} ${parquet}`
}

/** The last value of every series in the tables, as a temporary table. */
export function lastValuesOf(tables: readonly DayTable[]): string {
  const parts = tables.map((it) => `select series, ${it.day} + ms::bigint as t, num, word, flag from ${it.name}`)
  return `
    create or replace temporary table newest as
    select series, t as at_ms, last.num as num, last.word as word, last.flag as flag from (
      select series, max(t) as t, arg_max({ 'num': num, 'word': word, 'flag': flag }, t) as last
      from (${parts.join(' union all ')}) group by series)`
}
