/** What a site would be judged by under other rules: those of the fleet first, then its customer's, then its own. Pure. */
import { DiagnosisSettings, type SiteModel } from '@steward/shared/diagnosis'
import { StewardError } from '@steward/shared/errors'
import type { Rules, RulesFile } from './rules.ts'

export type Ruled = { model: SiteModel; settings: DiagnosisSettings }
type Site = { id: string; customer: string; model: SiteModel }

/** `used` gathers the rules that fit something. Throws `input/invalid` where a function would be essential and nothing says when it is paralysed. */
export function ruledSite(file: RulesFile, site: Site, used: Set<object>): Ruled {
  const own = [file.fleet, file.customers[site.customer], file.sites[site.id]].filter((it) => it !== undefined)
  const settings = own.reduce(withFigures, DiagnosisSettings.parse({}))
  const named = own.reduce((it, rules) => withFunctions(it, rules, used), site.model)
  const model = own.reduce((it, rules) => withWeights(it, rules, used), named)
  for (const system of model.systems) {
    const open = system.functions.find((it) => it.essential && it.paralysedBelow === undefined)
    if (open === undefined) continue
    throw new StewardError(
      'input/invalid',
      `The rules make ${system.id}/${open.id} of ${site.id} essential, but nothing says when it is paralysed: add paralysedBelow.`,
    )
  }
  return { model, settings }
}

function withFigures(before: DiagnosisSettings, rules: Rules): DiagnosisSettings {
  const { returnMs = before.returnMs, breakMs = before.breakMs, flapping = {}, commonCause = {} } = rules
  return DiagnosisSettings.parse({
    returnMs,
    breakMs,
    flapping: {
      changes: flapping.changes ?? before.flapping.changes,
      windowMs: flapping.windowMs ?? before.flapping.windowMs,
    },
    commonCause: {
      least: commonCause.least ?? before.commonCause.least,
      share: commonCause.share ?? before.commonCause.share,
      windowMs: commonCause.windowMs ?? before.commonCause.windowMs,
    },
  })
}

/** What is left out of a rule fits all. */
const fits = (wanted: string | undefined, is: string): boolean => wanted === undefined || wanted === is

function withFunctions(model: SiteModel, { functions }: Rules, used: Set<object>): SiteModel {
  if (functions.length === 0) return model
  const systems = model.systems.map((system) => ({
    ...system,
    functions: system.functions.map((it) => {
      const rules = functions.filter(
        (rule) => fits(rule.system, system.id) && fits(rule.systemKind, system.kind) && fits(rule.function, it.id),
      )
      for (const rule of rules) used.add(rule)
      const essential = rules.findLast((rule) => rule.essential !== undefined)?.essential ?? it.essential
      const limit = rules.findLast((rule) => rule.paralysedBelow !== undefined)?.paralysedBelow ?? it.paralysedBelow
      return { ...it, essential, ...(limit === undefined ? {} : { paralysedBelow: limit }) }
    }),
  }))
  return { ...model, systems }
}

function withWeights(model: SiteModel, { weights }: Rules, used: Set<object>): SiteModel {
  if (weights.length === 0) return model
  const devices = model.devices.map((device) => {
    const rules = weights.filter((it) => fits(it.device, device.id) && fits(it.deviceKind, device.kind))
    if (rules.length === 0) return device
    const serves = device.serves.map((serve) => {
      const fitting = rules.filter((it) => fits(it.function, serve.function))
      for (const rule of fitting) used.add(rule)
      return { ...serve, weight: fitting.at(-1)?.weight ?? serve.weight }
    })
    return { ...device, serves }
  })
  return { ...model, devices }
}
