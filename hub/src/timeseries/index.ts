/** Values of all points over time: what a store must do, and the stores that do it. */
export { timeSeriesMigrations } from './migrations.ts'
export { filePoints, type PointTables, pointsOf } from './points.ts'
export { openSeries, timeSeriesBackends } from './registry.ts'
export { type SeriesParts, seriesRoutes } from './routes.ts'
export {
  type Bucket,
  bucketMsOf,
  type LatestValue,
  type Sample,
  type SampleBatch,
  type SeriesRequest,
  type StoreOptions,
  type TimeSeriesStore,
  type Upkeep,
} from './store.ts'
