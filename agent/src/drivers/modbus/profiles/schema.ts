/**
 * A device profile for Modbus as it is written in YAML (`<vendor>/<family>.modbus.yaml`): how a unit is known, and what its registers are.
 * `sunspec/*.modbus.yaml` hold the models of SunSpec in the same way: what stands where in a model.
 */
import { DeviceKind, ModbusRegister } from '@steward/shared/model'
import { z } from 'zod'

const Pattern = z
  .string()
  .max(300)
  .transform((text, context): RegExp => {
    try {
      return new RegExp(text, 'i')
    } catch {
      context.addIssue({ code: 'custom', message: 'not a regular expression' })
      return z.NEVER
    }
  })

const { table, format, wordOrder, byteOrder, length, mask, shift, missing } = ModbusRegister.shape
/** Said once for all registers of a family; a register may differ. */
const Reading = {
  table: table.unwrap().optional(),
  format: format.unwrap().optional(),
  wordOrder: wordOrder.unwrap().optional(),
  byteOrder,
  missing,
}
const Place = { ...Reading, at: z.int().min(0).max(65_535), length, mask, shift }
const Words = z.record(z.string(), z.string().max(60))

/** One register that tells the family: it holds one of these numbers, a number between these, or a text that matches. */
const Sign = z.strictObject({
  ...Place,
  scale: z.number().optional(),
  equals: z.array(z.number()).min(1).max(100).optional(),
  between: z.tuple([z.number(), z.number()]).optional(),
  match: Pattern.optional(),
})
export type Sign = z.output<typeof Sign>

const Detect = z
  .strictObject({
    /** of function 43/14 */
    identification: z.partialRecord(z.enum(['vendor', 'product', 'revision', 'name', 'model']), Pattern).optional(),
    /** what function 17 tells */
    server_id: Pattern.optional(),
    registers: z.array(Sign).max(6).optional(),
    /** it only looks like the family: tried when nothing else fits */
    guess: z.boolean().default(false),
  })
  .refine(
    (it) => it.identification !== undefined || it.server_id !== undefined || it.registers !== undefined,
    'by what?',
  )
export type Detect = z.output<typeof Detect>

const Source = z.union([
  z.string().max(200),
  z.strictObject({
    ...Place,
    states: Words.optional(),
    match: Pattern.optional(),
    prefix: z.string().max(40).default(''),
  }),
])
export type Source = z.output<typeof Source>

const limits = z.strictObject({ low: z.number().optional(), high: z.number().optional() })
const watch = z.strictObject({ direct: z.boolean().default(false), states: z.array(z.string().max(60)).optional() })

/** `{n}` in id and title: the number of the repetition, from 1. */
const Value = z.strictObject({
  ...Place,
  id: z.string().min(1).max(100),
  title: z.string().min(1).max(100),
  scale: z.number().default(1),
  offset: z.number().default(0),
  scale_at: z.int().min(0).max(65_535).optional(),
  class: z.string().max(40).default('value'),
  unit: z.string().max(20).default(''),
  states: Words.optional(),
  /** words of bits, by their number from the lowest */
  flags: Words.optional(),
  repeat: z.strictObject({ count: z.int().min(1).max(100), step: z.int().min(1).max(2000) }).optional(),
  limits: limits.optional(),
  watch: watch.optional(),
})
export type Value = z.output<typeof Value>

const Family = z.strictObject({
  kind: DeviceKind.optional(),
  /** any of these, each of them whole */
  detect: z.array(Detect).min(1).max(10),
  identity: z.partialRecord(z.enum(['vendor', 'model', 'serial', 'firmware', 'name']), Source).default({}),
  /** what a question may read, where the family takes less than the protocol allows */
  max_registers: z.int().min(1).max(125).optional(),
  max_gap: z.int().min(0).max(124).optional(),
  defaults: z.strictObject(Reading).default({}),
  registers: z.array(Value).min(1).max(200),
})
export type Family = z.output<typeof Family>

/** SunSpec Information Model Specification, section 4.2: types of points. */
const pointTypes = [
  ...(['int16', 'uint16', 'acc16', 'int32', 'uint32', 'acc32', 'int64', 'uint64', 'acc64'] as const),
  ...(['float32', 'float64', 'enum16', 'enum32', 'bitfield16', 'bitfield32', 'bitfield64', 'string'] as const),
] as const
export type PointType = (typeof pointTypes)[number]

/** `at`, `sf`: registers from the model's id on; in a group `at` counts from the group's own beginning. */
const Field = z.strictObject({
  at: z.int().min(0).max(2000),
  type: z.enum(pointTypes),
  /** of a string */
  length: z.int().min(1).max(125).optional(),
  /** where its power of ten stands */
  sf: z.int().min(0).max(2000).optional(),
  id: z.string().min(1).max(60),
  title: z.string().min(1).max(100),
  class: z.string().max(40).default('value'),
  unit: z.string().max(20).default(''),
  scale: z.number().default(1),
  /** words of numbers, or of bits by their number */
  words: Words.optional(),
  /** all bits that are set have their word, not the lowest alone */
  every: z.boolean().optional(),
  watch: watch.optional(),
})
export type Field = z.output<typeof Field>

const Model = z.strictObject({
  models: z.array(z.int().min(1).max(65_534)).min(1).max(20),
  /** what the points' ids begin with */
  of: z.string().min(1).max(40),
  fields: z.array(Field).max(200).default([]),
  /** blocks that repeat: as often as the register `count_at` says, or until the model ends */
  groups: z
    .array(
      z.strictObject({
        of: z.string().min(1).max(40),
        at: z.int().min(2).max(2000),
        length: z.int().min(1).max(1000),
        count_at: z.int().min(2).max(2000).optional(),
        fields: z.array(Field).min(1).max(100),
      }),
    )
    .max(3)
    .default([]),
})
export type Model = z.output<typeof Model>

const SunSpec = z.strictObject({ kind: DeviceKind.optional(), sunspec: z.array(Model).min(1).max(40) })

export const ModbusProfileFile = z.union([SunSpec, Family])
export type ModbusProfileFile = z.output<typeof ModbusProfileFile>
