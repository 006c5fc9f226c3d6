import type { SeriesCatalogue } from './known-series.ts'
import type { SealParts } from './seal.ts'

/**
 * Takes a site out of the tables, and its files from under its name. The rows must go, since a later series could be given
 * an id of this site's; what is sealed stays until its time, where nothing leads to it any more.
 */
export async function forgetSite(parts: SealParts, series: SeriesCatalogue, site: string): Promise<void> {
  const { connection, catalogue } = parts
  const its = 'select id from series where site = $site'
  await connection.run('begin')
  try {
    for (const { name } of catalogue.tables) {
      await connection.run(`delete from ${name} where series in (${its})`, { site })
    }
    await connection.run(`delete from last_values where series in (${its})`, { site })
    await connection.run('delete from series where site = $site', { site })
    await connection.run('delete from site_customers where site = $site', { site })
    await connection.run('commit')
  } catch (error) {
    await connection.run('rollback').catch(() => undefined)
    throw error
  }
  series.forget(site)
  catalogue.customers.delete(site)
}
