import { useNavigate } from '@tanstack/react-router'
import { useEffect, useRef } from 'react'
import { useCan } from '../api/me.ts'
import { destinations } from './destinations.ts'
import { type KeyState, readKey } from './keys.ts'

/** Rows whose main link the keys j and k walk through. */
export const rowLink = { 'data-row-link': '' } as const

export function useKeys(on: { palette: () => void; help: () => void }): void {
  const navigate = useNavigate()
  const can = useCan()
  const latest = useRef({ ...on, can })
  latest.current = { ...on, can }
  useEffect(() => {
    let state: KeyState = { afterG: false }
    const press = (event: KeyboardEvent): void => {
      if (event.defaultPrevented || event.altKey || event.isComposing) return
      const read = readKey(state, {
        key: event.key,
        command: event.ctrlKey || event.metaKey,
        typing: isTyping(event.target),
      })
      state = read.state
      const { action } = read
      if (action === null || (action.do !== 'palette' && isDialogOpen())) return
      event.preventDefault()
      if (action.do === 'palette') latest.current.palette()
      else if (action.do === 'help') latest.current.help()
      else if (action.do === 'go') {
        const goal = destinations.find((it) => it.key === action.key && latest.current.can(it.needs))
        if (goal !== undefined) void navigate({ to: goal.to })
      } else walk(action.do === 'next' ? 1 : -1)
    }
    document.addEventListener('keydown', press)
    return () => document.removeEventListener('keydown', press)
  }, [navigate])
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName))
  )
}

function isDialogOpen(): boolean {
  return document.querySelector('[role="dialog"], [role="menu"]') !== null
}

function walk(step: number): void {
  const links = [...document.querySelectorAll<HTMLElement>('[data-row-link]')]
  const at = links.findIndex((it) => it.matches(':focus'))
  const next = links[at === -1 ? (step > 0 ? 0 : links.length - 1) : at + step]
  next?.focus()
  next?.scrollIntoView({ block: 'nearest' })
}
