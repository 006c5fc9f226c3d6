import { useState } from 'react'

/**
 * The secret of a link, from behind the `#`, which no server and no log sees. It is taken out of the address at once, so
 * that it does not stay in the history of a shared machine.
 */
export function useSecretInAddress(): string | null {
  const [secret] = useState(() => {
    const given = decodeURIComponent(location.hash.slice(1))
    if (given === '') return null
    history.replaceState(history.state, '', location.pathname + location.search)
    return given
  })
  return secret
}
