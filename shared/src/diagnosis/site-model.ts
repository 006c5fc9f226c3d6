import { z } from 'zod'
import { DeviceId } from './events.ts'
import { misfitsOf } from './misfits.ts'

/** What is left empty in YAML is null; it means the same as left out. */
function listOf<Item extends z.ZodType>(item: Item, most: number) {
  return z
    .array(item)
    .max(most)
    .nullish()
    .transform((it) => it ?? [])
}

const Name = z.string().min(1).max(120)

/** What people call it, for the reasons of faults; whatever is no name leaves the id to be read. */
const Called = z.string().min(1).max(200).optional().catch(undefined)

const FunctionOfSystem = z
  .object({
    id: Name,
    name: Called,
    essential: z.boolean().default(false),
    paralysedBelow: z.number().min(0).max(1).optional(),
  })
  .refine((it) => !it.essential || it.paralysedBelow !== undefined, {
    path: ['paralysedBelow'],
    message: 'an essential function must state paralysedBelow',
  })

const System = z.object({
  id: Name,
  kind: z.string().max(60).default('other'),
  functions: listOf(FunctionOfSystem, 200),
})

const Device = z.object({
  id: DeviceId,
  name: Called,
  kind: z.string().max(60).default('other'),
  serves: listOf(z.object({ function: Name, weight: z.number().min(0).max(1e9).default(1) }), 200),
  needs: listOf(z.array(DeviceId).min(1, 'an empty requirement: name at least one device').max(200), 200),
})

const Shape = z.object({ systems: listOf(System, 500), devices: listOf(Device, 50_000) })
export type SiteModel = z.infer<typeof Shape>
/** As it is written: `needs`, `serves`, `weight` and `essential` may be left out. */
export type SiteModelInput = z.input<typeof Shape>

/**
 * The site's model (fault-levels.md, section 2). `needs` lists requirements, each of them alternatives of which one is
 * enough. Every name must be one that the model has, and stand once.
 */
export const SiteModel = Shape.superRefine((model, context) => {
  for (const { path, message } of misfitsOf(model)) context.addIssue({ code: 'custom', path, message })
})
