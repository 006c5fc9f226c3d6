import { openEmbeddedStore } from './backends/embedded/index.ts'
import type { StoreOptions, TimeSeriesStore } from './store.ts'

/** Every backend by name; adding one is a folder and a line here. */
export const timeSeriesBackends: Readonly<Record<string, (options: StoreOptions) => Promise<TimeSeriesStore>>> = {
  embedded: openEmbeddedStore,
}

/** The store that a hub has by default. */
export const openSeries = openEmbeddedStore
