/** Topic filters (MQTT 3.1.1, section 4.7). */

/** Whether a topic is one that the filter means; topics that begin with `$` are meant only by name. */
export function isMatch(filter: string, topic: string): boolean {
  if (topic.startsWith('$') && !filter.startsWith('$')) return false
  const wanted = filter.split('/')
  const levels = topic.split('/')
  for (const [i, it] of wanted.entries()) {
    if (it === '#') return true
    if (it !== '+' && it !== levels[i]) return false
    if (it === '+' && levels[i] === undefined) return false
  }
  return wanted.length === levels.length
}
