import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type CabledDevice, type CabledSite, type Missing, needsIn, toldBy } from './cabled.test-site.ts'
import { ProposedLink } from './findings.ts'
import { proposeLinks } from './propose.ts'

const nothingMissing: Missing = () => false

const anyEnd = fc.record({
  at: fc.nat(),
  speaks: fc.constantFrom('lldp' as const, 'cdp' as const, 'nothing' as const, 'nothing' as const),
  tellsMac: fc.boolean(),
  hub: fc.option(fc.nat(3), { freq: 5 }),
  isLabelled: fc.boolean(),
  isDual: fc.boolean(),
})
const anySwitch = fc.record({
  at: fc.nat(),
  isDual: fc.boolean(),
  speaks: fc.constantFrom('lldp' as const, 'cdp' as const),
})

/** Trees of switches below one core or a pair, with end devices, some of them on both cores or behind unmanaged switches. */
const anySite = fc
  .record({
    isPair: fc.boolean(),
    switches: fc.array(anySwitch, { maxLength: 9 }),
    ends: fc.array(anyEnd, { minLength: 2, maxLength: 24 }),
    gateway: fc.constantFrom('none', 'core', 'router'),
  })
  .map(({ isPair, switches, ends, gateway }): CabledSite => {
    const cores = isPair ? ['core-1', 'core-2'] : ['core-1']
    const plain = { speaks: 'lldp' as const, tellsMac: true }
    const devices: CabledDevice[] = cores.map((id) => ({ id, kind: 'switch', on: [], ...plain }))
    // A pair is one by what hangs on both.
    const paired = isPair ? ['dist-1', 'dist-2'] : []
    for (const id of paired) devices.push({ id, kind: 'switch', on: cores, ...plain })
    for (const [i, { at, isDual, speaks }] of switches.entries()) {
      const parent = devices[at % devices.length]?.id ?? 'core-1'
      const on = cores.includes(parent) && isDual ? cores : [parent]
      devices.push({ id: `sw-${i}`, kind: 'switch', on, speaks, tellsMac: true })
    }
    const hosts = devices.map((it) => it.id)
    for (const [i, end] of ends.entries()) {
      const to = hosts[end.at % hosts.length] ?? 'core-1'
      // The second cable of an end is only known of by its word, or by the port's label.
      const both =
        isPair && cores.includes(to) && end.isDual && (end.speaks === 'lldp' || end.isLabelled) && end.hub === null
      const speaks = end.hub === null ? end.speaks : 'nothing'
      devices.push({
        id: `end-${i}`,
        kind: 'other',
        on: both ? cores : [to],
        speaks,
        tellsMac: end.tellsMac,
        isLabelled: end.isLabelled && end.hub === null,
        ...(end.hub === null ? {} : { hub: `hub-${end.hub}` }),
      })
    }
    if (gateway === 'router') devices.push({ id: 'router', kind: 'router', on: cores, ...plain })
    const told = gateway === 'none' ? {} : { gateway: gateway === 'core' ? 'core-1' : 'router' }
    return { cores, devices, ...told }
  })

const needsOf = (links: readonly ProposedLink[]) => new Map(links.map((it) => [it.device, it.needs]))

describe('random sites', () => {
  test('told whole, exactly the cabling is proposed', () => {
    fc.assert(
      fc.property(anySite, (site) => {
        const links = proposeLinks(toldBy(site, nothingMissing))
        const expected = [...needsIn(site)].map(([id, homes]) => [id, [homes]])
        expect(Object.fromEntries(needsOf(links))).toEqual(Object.fromEntries(expected))
      }),
      { numRuns: 400 },
    )
  })

  test('with tables missing there are fewer links and no wrong one', () => {
    fc.assert(
      fc.property(
        anySite,
        fc.infiniteStream(fc.integer({ min: 0, max: 99 })),
        fc.integer({ min: 5, max: 95 }),
        (site, dice, share) => {
          const gone = new Map<string, boolean>()
          const missing: Missing = (device, table) => {
            const key = `${device} ${table}`
            const known = gone.get(key) ?? Number(dice.next().value) < share
            gone.set(key, known)
            return known
          }
          const truth = needsIn(site)
          const links = proposeLinks(toldBy(site, missing))
          for (const { device, needs } of links) {
            const homes = truth.get(device) ?? []
            const isEnd = site.devices.find((it) => it.id === device)?.kind !== 'switch'
            // Of an end with two cables, one may be all that is seen.
            if (isEnd && homes.length > 1) expect(homes, device).toEqual(expect.arrayContaining(needs.flat()))
            else expect({ device, needs }).toEqual({ device, needs: [homes] })
          }
        },
      ),
      { numRuns: 1500 },
    )
  })

  test('the order of devices does not matter, and every link is valid with its evidence', () => {
    fc.assert(
      fc.property(anySite, fc.nat(), (site, turn) => {
        const devices = toldBy(site, nothingMissing)
        const turned = [...devices.slice(turn % devices.length), ...devices.slice(0, turn % devices.length)].reverse()
        const links = proposeLinks(devices)
        expect(proposeLinks(turned).map((it) => ({ ...it, by: new Set(it.by.map((one) => one.text.en)) }))).toEqual(
          links.map((it) => ({ ...it, by: new Set(it.by.map((one) => one.text.en)) })),
        )
        for (const link of links) {
          expect(ProposedLink.parse(link)).toEqual(link)
          expect(link.by.length).toBeGreaterThan(0)
        }
      }),
      { numRuns: 200 },
    )
  })
})
