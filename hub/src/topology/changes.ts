/** What has changed between what was learned before and what is learned now. Pure. */
import type { TopologyChange } from '@steward/shared/api'
import type { Text } from '@steward/shared/model'
import type { ProposedLink, TopologyDevice } from '@steward/shared/topology'

export type Change = { device: string; kind: TopologyChange['kind']; text: Text }
export type SeenLink = { link: ProposedLink; firstSeen: number; lastSeen: number }
export type Stranger = { device: string; port: string; stranger: string; firstSeen: number; lastSeen: number }

/** A site is learned switch by switch: what comes up in the first hour is no change. */
const learningMs = 3_600_000
/** A link that nobody told of for so long is gone. */
const goneMs = 24 * 3_600_000

type Known<Thing> = { kept: Thing[]; changes: Change[] }

/** Links as they are to be stored, and what is to be told of them. */
export function compareLinks(
  before: readonly SeenLink[],
  links: readonly ProposedLink[],
  now: number,
  devices: ReadonlyMap<string, TopologyDevice>,
): Known<SeenLink> {
  const known = new Map(before.map((it) => [it.link.device, it]))
  const isLearning = isNewSite(before, now)
  const changes: Change[] = []
  const kept = links.map((link): SeenLink => {
    const old = known.get(link.device)
    const lastSeen = Math.max(...link.by.map((it) => it.at))
    if (old === undefined) {
      if (!isLearning) changes.push({ device: link.device, kind: 'new-link', text: newLink(link) })
      return { link, firstSeen: lastSeen, lastSeen }
    }
    const isSame = isSameLink(old.link, link, devices.get(link.device)?.kind === 'switch')
    if (isSame || isLearning) return { link, firstSeen: isSame ? old.firstSeen : lastSeen, lastSeen }
    const isLess = isLessThan(link, old.link)
    // A switch that has restarted knows its neighbours again after a while, and they tell of it an hour later.
    if (isLess && now - old.lastSeen <= goneMs) return old
    const text = isLess ? placesGone(old.link, link) : moved(old.link, link)
    changes.push({ device: link.device, kind: isLess ? 'link-gone' : 'moved', text })
    return { link, firstSeen: lastSeen, lastSeen }
  })
  const current = new Set(links.map((it) => it.device))
  for (const old of before) {
    const { device, places } = old.link
    if (current.has(device) || !devices.has(device)) continue
    // While it, or what it hangs on, is down, nobody can tell.
    const isSilent = [device, ...places.map((it) => it.to)].some((it) => devices.get(it)?.isDown === true)
    if (isSilent || now - old.lastSeen <= goneMs) kept.push(old)
    else changes.push({ device, kind: 'link-gone', text: linkGone(old.link) })
  }
  return { kept, changes }
}

/** Neighbours that carry traffic and are nobody of the site, as told now; `isLearning`: the site is new, and so is everything. */
export function compareStrangers(
  before: readonly Stranger[],
  strangers: readonly Stranger[],
  { now, isLearning }: { now: number; isLearning: boolean },
  devices: ReadonlyMap<string, TopologyDevice>,
): Known<Stranger> {
  const keyOf = (it: Stranger): string => JSON.stringify([it.device, it.port, it.stranger])
  const known = new Map(before.map((it) => [keyOf(it), it]))
  const changes: Change[] = []
  const kept = strangers.map((it) => {
    const old = known.get(keyOf(it))
    if (old === undefined && !isLearning)
      changes.push({ device: it.device, kind: 'new-neighbour', text: newNeighbour(it) })
    return { ...it, firstSeen: old?.firstSeen ?? it.firstSeen }
  })
  const current = new Set(kept.map(keyOf))
  for (const old of before) {
    const holder = devices.get(old.device)
    if (current.has(keyOf(old)) || holder === undefined) continue
    if (holder.isDown === true || now - old.lastSeen <= goneMs) kept.push(old)
    else changes.push({ device: old.device, kind: 'neighbour-gone', text: neighbourGone(old) })
  }
  return { kept, changes }
}

export function isNewSite(before: readonly SeenLink[], now: number): boolean {
  return before.every((it) => now - it.firstSeen < learningMs)
}

const portOf = ({ to, port }: ProposedLink['places'][number]) => ({
  zh: port === '' ? to : `${to} 的端口 ${port}`,
  en: port === '' ? to : `${to} port ${port}`,
})

function placesOf({ places }: ProposedLink): Text {
  const all = places.map(portOf)
  return { zh: all.map((it) => it.zh).join('、'), en: all.map((it) => it.en).join(' and ') }
}

/** Between switches a port has as many names as there are tables: what counts is to whom. */
function isSameLink(old: ProposedLink, link: ProposedLink, isSwitch: boolean): boolean {
  if (JSON.stringify(old.needs) !== JSON.stringify(link.needs)) return false
  const portOf = ({ places }: ProposedLink, to: string): string => places.find((it) => it.to === to)?.port ?? ''
  return (
    isSwitch || old.places.every(({ to, port }) => port === '' || portOf(link, to) === '' || portOf(link, to) === port)
  )
}

/** Some of the places, and no other. */
function isLessThan(link: ProposedLink, old: ProposedLink): boolean {
  const before = new Set(old.places.map((it) => it.to))
  return link.places.length < old.places.length && link.places.every((it) => before.has(it.to))
}

function newLink(link: ProposedLink): Text {
  const at = placesOf(link)
  return { zh: `${link.device} 接在 ${at.zh}。`, en: `${link.device} is connected to ${at.en}.` }
}

function moved(old: ProposedLink, link: ProposedLink): Text {
  const [from, to] = [placesOf(old), placesOf(link)]
  return {
    zh: `${link.device} 从 ${from.zh} 改接到 ${to.zh}。`,
    en: `${link.device} has moved from ${from.en} to ${to.en}.`,
  }
}

function placesGone(old: ProposedLink, link: ProposedLink): Text {
  return linkGone({ ...old, places: old.places.filter(({ to }) => link.places.every((it) => it.to !== to)) })
}

function linkGone(link: ProposedLink): Text {
  const at = placesOf(link)
  return {
    zh: `已超过 24 小时看不到 ${link.device} 接在 ${at.zh}。`,
    en: `${link.device} has not been seen at ${at.en} for more than 24 h.`,
  }
}

function newNeighbour({ device, port, stranger }: Stranger): Text {
  return {
    zh: `${device} 的端口 ${port} 上出现不属于本站点的网络设备 ${stranger}。`,
    en: `${stranger}, which is no device of this site and carries traffic, is at port ${port} of ${device}.`,
  }
}

function neighbourGone({ device, port, stranger }: Stranger): Text {
  return {
    zh: `已超过 24 小时在 ${device} 的端口 ${port} 上看不到 ${stranger}。`,
    en: `${stranger} has not been seen at port ${port} of ${device} for more than 24 h.`,
  }
}
