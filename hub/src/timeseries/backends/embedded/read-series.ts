import { join } from 'node:path'
import type { DuckDBConnection } from '@duckdb/node-api'
import type { PointValue } from '@steward/shared/model'
import { type Bucket, bucketMsOf, type SeriesRequest } from '../../store.ts'
import type { Sources } from './choose-sources.ts'
import { columns } from './connection.ts'
import { quoted } from './layout.ts'

/**
 * Both kinds of row in one shape: `last_t` the time of the span's last value, `n` how many values were
 * readable, `k` how many of them were numbers with their least, greatest and sum.
 */
const fromValues =
  'select t, 1 as n, (num is not null)::integer as k, num as lo, num as hi, num as total, t as last_t, num, word, flag'
const fromRollups = 'select t, n, k, lo, hi, total, epoch_ms(last_ts) as last_t, num, word, flag'

/** The rows of one series as the statement reads them, and the parameters it takes. */
export type SeriesSource = { sources: Sources; folder: string; id: number | undefined; request: SeriesRequest }

/** The statement that gives the buckets of a series, oldest first; null where there is nothing to read. */
export function bucketStatement({ sources, folder, id, request }: SeriesSource): string | null {
  const within = `t >= ${request.from} and t < ${request.to}`
  const named = 'site = $1 and device = $2 and point = $3'
  const file = (name: string): string => quoted(join(folder, name))
  const values = [
    ...(id === undefined
      ? []
      : sources.tables.map(
          (it) => `select ${it.day} + ms::bigint as t, num, word, flag from ${it.name} where series = ${id}`,
        )),
    ...(sources.values.length === 0
      ? []
      : [
          `select epoch_ms(ts) as t, num, word, flag from read_parquet([${sources.values.map(file).join(', ')}]) where ${named}`,
        ]),
  ]
  const parts = sources.rolledUp.map(({ file: name, spans }) => {
    const days = spans.map((it) => `(t >= ${it.from} and t < ${it.to})`).join(' or ')
    return `${fromRollups} from (select epoch_ms(ts) as t, * exclude (ts, site, device, point) from read_parquet(${file(name)}) where ${named}) where ${within} and (${days})`
  })
  if (values.length > 0) {
    // A value that was written twice is there once.
    const once = `select t, any_value(num) as num, any_value(word) as word, any_value(flag) as flag from (${values.join(' union all ')}) where ${within} group by t`
    parts.push(`${fromValues} from (${once}) where num is not null or word is not null or flag is not null`)
  }
  if (parts.length === 0) return null
  return `
    select bucket::double, n::double, lo, hi, total / nullif(k, 0), last.num, last.word, last.flag from (
      select (t - ${request.from}) // ${bucketMsOf(request)} as bucket, sum(n) as n, sum(k) as k, min(lo) as lo, max(hi) as hi,
        sum(total) as total, arg_max({ 'num': num, 'word': word, 'flag': flag }, last_t) as last
      from (${parts.join(' union all ')}) group by bucket
    ) order by bucket`
}

/** Reads the buckets of a series. */
export async function readBuckets(connection: DuckDBConnection, source: SeriesSource): Promise<Bucket[]> {
  const statement = bucketStatement(source)
  if (statement === null) return []
  const { site, device, point, from } = source.request
  const bucketMs = bucketMsOf(source.request)
  const named = statement.includes('$1') ? [site, device, point] : []
  const [index = [], count = [], min = [], max = [], mean = [], num = [], word = [], flag = []] = await columns(
    connection,
    statement,
    named,
  )
  return index.map((it, row) => ({
    at: from + Number(it) * bucketMs,
    count: Number(count[row]),
    min: figure(min[row]),
    max: figure(max[row]),
    mean: figure(mean[row]),
    last: oneOf(num[row], word[row], flag[row]),
  }))
}

function figure(value: unknown): number | null {
  return typeof value === 'number' ? value : null
}

/** The one of three columns that is set. */
export function oneOf(num: unknown, word: unknown, flag: unknown): PointValue {
  if (typeof num === 'number') return num
  if (typeof word === 'string') return word
  return typeof flag === 'boolean' ? flag : null
}
