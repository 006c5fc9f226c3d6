/** Whether the session ran out while the app is open: a form then asks for the password again, over what was typed. */
import { useSyncExternalStore } from 'react'

const listeners = new Set<() => void>()
let isOut = false

function set(out: boolean): void {
  if (isOut === out) return
  isOut = out
  for (const it of listeners) it()
}

export const tellSignedOut = (): void => set(true)
export const tellSignedIn = (): void => set(false)

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}

export function useSignedOut(): boolean {
  return useSyncExternalStore(subscribe, () => isOut)
}
