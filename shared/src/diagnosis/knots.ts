/**
 * An order in which devices come after all that they need. Devices that need each other in a ring form one knot and
 * stand together: `order` from `starts[k]` to `starts[k + 1]` is knot `k`.
 */
export type Knots = { order: Int32Array; starts: Int32Array }

/** Tarjan's strongly connected components, without recursion: rings may be thousands of devices long. */
export function knotsOf(size: number, needsOf: (device: number) => readonly number[]): Knots {
  const order = new Int32Array(size)
  const starts = [0]
  let ordered = 0
  let counter = 0
  const number = new Int32Array(size)
  const low = new Int32Array(size)
  const stacked = new Uint8Array(size)
  const stack: number[] = []

  function enter(device: number): { device: number; needs: readonly number[]; next: number } {
    counter += 1
    number[device] = low[device] = counter
    stack.push(device)
    stacked[device] = 1
    return { device, needs: needsOf(device), next: 0 }
  }

  function closeKnot(root: number): void {
    for (let device = stack.pop(); device !== undefined; device = stack.pop()) {
      stacked[device] = 0
      order[ordered++] = device
      if (device === root) break
    }
    starts.push(ordered)
  }

  function visit(root: number): void {
    const path = [enter(root)]
    for (let frame = path.at(-1); frame !== undefined; frame = path.at(-1)) {
      const { device } = frame
      const need = frame.needs[frame.next]
      frame.next += 1
      if (need === undefined) {
        path.pop()
        const parent = path.at(-1)?.device
        if (parent !== undefined) low[parent] = Math.min(low[parent] ?? 0, low[device] ?? 0)
        if (low[device] === number[device]) closeKnot(device)
      } else if (number[need] === 0) path.push(enter(need))
      else if (stacked[need] === 1) low[device] = Math.min(low[device] ?? 0, number[need] ?? 0)
    }
  }

  for (let device = 0; device < size; device += 1) if (number[device] === 0) visit(device)
  return { order, starts: Int32Array.from(starts) }
}
