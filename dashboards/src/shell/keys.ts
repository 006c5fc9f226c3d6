/** Keys of the whole app: single ones, and `g` followed by a letter. Pure, so that it can be tested without a keyboard. */
export type KeyAction = { do: 'palette' | 'help' | 'next' | 'previous' } | { do: 'go'; key: string }
export type KeyState = { afterG: boolean }
type Pressed = { key: string; command: boolean; typing: boolean }

/** What a key means: an action or null, and the state for the next key. */
export function readKey(
  state: KeyState,
  { key, command, typing }: Pressed,
): { action: KeyAction | null; state: KeyState } {
  const rest = { afterG: false }
  if (command && key.toLowerCase() === 'k') return { action: { do: 'palette' }, state: rest }
  if (command || typing) return { action: null, state: rest }
  if (state.afterG) return { action: { do: 'go', key }, state: rest }
  switch (key) {
    case 'g':
      return { action: null, state: { afterG: true } }
    case '/':
      return { action: { do: 'palette' }, state: rest }
    case '?':
      return { action: { do: 'help' }, state: rest }
    case 'j':
      return { action: { do: 'next' }, state: rest }
    case 'k':
      return { action: { do: 'previous' }, state: rest }
    default:
      return { action: null, state: rest }
  }
}
