/** Structured data of RFC 5424 §6.3: `[id name="value" …][…]`, or `-`. */

const maxFields = 28

/** What stands from `at` on, and where the message behind it begins. What is no structured data is left to the message. */
export function structuredData(line: string, at: number): { params: Record<string, string>; end: number } {
  if (line[at] === '-') return { params: {}, end: at + 1 }
  const params: Record<string, string> = {}
  let end = at
  while (line[end] === '[') {
    const element = readElement(line, end + 1, params)
    if (element === null) break
    end = element
  }
  return { params, end }
}

const elementId = /[^ =\]"]{1,32}/y
const parameter = / +([^ =\]"]{1,32})="((?:[^"\\\]]|\\.|\\$){0,4000})"/y

function readElement(line: string, at: number, params: Record<string, string>): number | null {
  elementId.lastIndex = at
  const id = elementId.exec(line)?.[0]
  if (id === undefined) return null
  let next = at + id.length
  for (;;) {
    parameter.lastIndex = next
    const found = parameter.exec(line)
    if (found === null) break
    next = parameter.lastIndex
    const { 1: name = '', 2: value = '' } = found
    if (Object.keys(params).length < maxFields)
      params[`${id}.${name}`] = value.replace(/\\(["\\\]])/g, '$1').slice(0, 500)
  }
  return line[next] === ']' ? next + 1 : null
}
