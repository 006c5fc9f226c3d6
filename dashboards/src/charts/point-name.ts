import type { PointNow } from '@steward/shared/api'

/** What a point is called, with which of many it is: `Traffic in · 3`. */
export function pointName({ name, instance }: Pick<PointNow, 'name' | 'instance'>): string {
  return instance === '' || name.includes(instance) ? name : `${name} · ${instance}`
}
