import { z } from 'zod'

/** Query of every list: at most `limit` items, then `next` from the answer before. */
export const PageQuery = z.object({
  limit: z.coerce.number().int().min(1).max(1000).default(200),
  next: z.string().max(500).optional(),
})
export type PageQuery = z.infer<typeof PageQuery>

/** `{ items, next }`; `next` is null at the end. */
export function pageOf<Item extends z.ZodType>(item: Item) {
  return z.object({ items: z.array(item), next: z.string().nullable() })
}
