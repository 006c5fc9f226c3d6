import { expect, test } from 'vitest'
import { building, down, midnight, up } from './building.test-site.ts'
import { createDiagnosis, type DiagnosisInput } from './index.ts'

/** The same numbers at every run. */
function randomOf(seed: number): (below: number) => number {
  let state = seed
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 4_294_967_296) * below)
  }
}

function ableOf(isDown: ReadonlySet<string>): Set<string> {
  const able = new Set<string>()
  for (let before = -1; before < able.size; ) {
    before = able.size
    for (const { id, needs } of building.devices) {
      if (!isDown.has(id) && needs.every((list) => list.some((it) => able.has(it)))) able.add(id)
    }
  }
  return able
}

test('no order of 10,000 breakings and healings leaves a fault open that should not be, or the reverse', () => {
  const random = randomOf(7)
  const diagnosis = createDiagnosis(building)
  const checked = building.devices.filter((it) => it.kind !== 'channel').map((it) => it.id)
  const isDown = new Set<string>()
  let at = midnight
  let pages = 0
  for (let change = 1; change <= 10_000; change += 1) {
    at += random(100) * 1000
    const device = checked[random(checked.length)] ?? ''
    const inputs: DiagnosisInput[] = isDown.has(device) ? up(device) : down(device)
    if (!isDown.delete(device)) isDown.add(device)
    pages += diagnosis.step(at, inputs).filter((it) => it.event === 'opened').length
    if (change % 100 !== 0) continue

    at += 3_600_000
    diagnosis.step(at, [])
    const open = diagnosis.openFaults()
    const explained = new Set(open.filter((it) => it.kind === 'suspected').flatMap((it) => it.affected))
    const causes = new Set(open.map((it) => it.cause))
    const able = ableOf(isDown)
    const met = building.devices.filter((it) => it.needs.every((list) => list.some((need) => able.has(need))))
    const missing = met.filter(({ id }) => isDown.has(id) && !causes.has(id) && !explained.has(id))
    expect(missing).toEqual([])
    expect(open.filter((it) => it.kind === 'down' && !isDown.has(it.cause))).toEqual([])
    expect(open.filter((it) => it.kind !== 'down' && it.kind !== 'suspected')).toEqual([])
    if (change % 500 !== 0) continue

    at += 1000
    diagnosis.step(at, up(...isDown))
    isDown.clear()
    at += 3_600_000
    diagnosis.step(at, [])
    expect(diagnosis.openFaults()).toEqual([])
    expect(diagnosis.nextDueAt()).toBeNull()
    expect(diagnosis.capabilities()).toMatchObject({ 'cctv/view': 1, 'cctv/record': 1, 'access/doors': 1 })
  }
  expect(pages).toBeGreaterThan(500)
})
