/** A name as it stands in addresses: lower-case letters, digits and hyphens. Pure. */

const longest = 63

/** From what people call it; a name without Latin letters gives `fallback` with the next free number. */
export function slugOf(name: string, fallback: string, taken: readonly string[]): string {
  const slug = name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, longest)
    .replace(/^-+|-+$/g, '')
  const base = /[a-z]/.test(slug) ? slug : [fallback, slug].filter((it) => it !== '').join('-')
  if (!taken.includes(base) && base !== fallback) return base
  for (let i = base === fallback ? 1 : 2; ; i += 1) if (!taken.includes(`${base}-${i}`)) return `${base}-${i}`
}

export function isSlug(text: string): boolean {
  return /^[a-z0-9](?:[a-z0-9._-]{0,61}[a-z0-9])?$/.test(text)
}
