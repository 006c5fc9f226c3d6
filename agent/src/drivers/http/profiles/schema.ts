/**
 * A device profile for HTTP as it is written in YAML (`<vendor>/<family>.http.yaml`): how the device is known, which few questions are
 * asked, and where in the answers its identity and points stand. Paths are those of `document-path.ts`.
 */
import { DeviceKind } from '@steward/shared/model'
import { z } from 'zod'
import { parsePath, type Step } from '../../document-path.ts'

/** `text` is as it was written, for people. */
export type At = { text: string; steps: Step[] }

const Path = z
  .string()
  .max(200)
  .transform((text, context): At => {
    const steps = parsePath(text)
    if (steps !== null) return { text, steps }
    context.addIssue({ code: 'custom', message: 'not a path, write for example DeviceInfo.model' })
    return z.NEVER
  })

const Pattern = z
  .string()
  .max(300)
  .transform((text, context): RegExp => {
    try {
      return new RegExp(text)
    } catch {
      context.addIssue({ code: 'custom', message: 'not a regular expression' })
      return z.NEVER
    }
  })

const RequestPath = z
  .string()
  .regex(/^\/[\x21-\x7e]*$/)
  .max(300)

/** A text in an answer; the first group of `match` (else the whole match) counts. A path alone is one in the answer it was known by. */
const Source = z.union([
  Path.transform((at) => ({ from: 'detect', at, match: undefined, value: undefined })),
  z.strictObject({
    from: z.string().default('detect'),
    at: Path.optional(),
    match: Pattern.optional(),
    /** said of the family, not asked */
    value: z.string().max(200).optional(),
  }),
])
export type Source = z.output<typeof Source>

const Sources = z.union([z.array(Source).min(1), Source.transform((it) => [it])])

const Watch = z.strictObject({ direct: z.boolean().default(false), states: z.array(z.string().max(60)).optional() })

const Value = z.strictObject({
  /** `{key}` stands for the row */
  id: z.string().min(1).max(100),
  title: z.string().min(1).max(100),
  /** within the row; empty: the row itself */
  at: Path.default({ text: '', steps: [] }),
  /** said whenever the row is there */
  value: z.string().max(60).optional(),
  class: z.string().max(40).default('value'),
  unit: z.string().max(20).default(''),
  scale: z.number().optional(),
  /** this other number of the row is 100 % */
  percent_of: Path.optional(),
  /** 100 − x: what is told as free */
  rest: z.boolean().default(false),
  match: Pattern.optional(),
  states: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]).transform(String)).optional(),
  /** raw texts that mean "not there" */
  ignore: z.array(z.union([z.string(), z.number()]).transform(String)).default([]),
  /** the word when a row that was there is not listed any more */
  missing: z.string().max(60).optional(),
  limits: z.strictObject({ low: z.number().optional(), high: z.number().optional() }).optional(),
  watch: Watch.optional(),
})
export type ValueSpec = z.output<typeof Value>

/** `.`: the row itself; `#`: its number, from `first`. The first of them that is there counts. */
const Keys = z.union([
  z.array(z.string().max(100)).min(1),
  z
    .string()
    .max(100)
    .transform((it) => [it]),
])

const Points = z.strictObject({
  from: z.string(),
  /** the list; left out: the answer is one row */
  rows: Path.optional(),
  key: Keys.default(['#']),
  first: z.int().min(0).max(1).default(0),
  /** of the key: the first group is the key, and what does not match is no row */
  key_match: Pattern.optional(),
  /** what the row is called: within it, or in another list by the same key */
  name: z
    .union([
      Path.transform((at) => ({ at, from: undefined, rows: undefined, key: ['#'], first: 0 })),
      z.strictObject({
        from: z.string(),
        rows: Path,
        key: Keys.default(['#']),
        first: z.int().min(0).max(1).default(0),
        at: Path,
      }),
    ])
    .optional(),
  /** only rows with one of these, or none of these, texts */
  keep: z.strictObject({ at: Path, in: z.array(z.string()) }).optional(),
  skip: z.strictObject({ at: Path, in: z.array(z.string()) }).optional(),
  /** only rows whose key the list of this other request has, where that is answered */
  like: z.string().optional(),
  values: z.array(Value).min(1).max(30),
})
export type PointsSpec = z.output<typeof Points>

/** A list of other devices: what each is called, and where it is, if the list says so. */
const Listed = z.strictObject({ from: z.string(), rows: Path, name: Path, address: Path.optional() })

export const HttpProfileFile = z.strictObject({
  /** any of these: there is a text at the path (that matches) in the answer */
  detect: z
    .array(z.strictObject({ path: RequestPath, at: Path, match: Pattern.optional() }))
    .min(1)
    .max(3),
  kind: DeviceKind.optional(),
  /** the first that fits counts before `kind` */
  kinds: z
    .array(z.strictObject({ from: z.string().default('detect'), at: Path, match: Pattern, kind: DeviceKind }))
    .default([]),
  /** by name. `every`: at each n-th poll; `learn`: only when the device is learned. What is not asked keeps its value. */
  requests: z
    .record(
      z.string(),
      z.union([
        RequestPath.transform((path) => ({ path, learn: false, every: 1 })),
        z.strictObject({
          path: RequestPath,
          learn: z.boolean().default(false),
          every: z.int().min(1).max(1000).default(1),
        }),
      ]),
    )
    .refine((it) => Object.values(it).filter((one) => !one.learn).length <= 8, 'at most 8 requests a poll')
    .refine((it) => Object.keys(it).length <= 16, 'at most 16 requests')
    .default({}),
  identity: z.partialRecord(z.enum(['vendor', 'model', 'serial', 'firmware', 'name', 'mac']), Sources).default({}),
  /** the device's clock with its offset from UTC (RFC 3339) */
  clock: z.strictObject({ from: z.string(), at: Path }).optional(),
  points: z.array(Points).max(40).default([]),
  /** what the device lists as its camera channels: evidence for the topology */
  channels: Listed.optional(),
  /** what an access controller lists as its readers: likewise; the first list that is there counts */
  readers: z.array(Listed).max(4).default([]),
})
export type HttpProfileFile = z.output<typeof HttpProfileFile>

/** `name`: path without extension, as in `hikvision/isapi`. */
export type HttpProfile = HttpProfileFile & { name: string }
