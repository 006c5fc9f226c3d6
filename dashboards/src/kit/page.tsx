import { Link } from '@tanstack/react-router'
import { type ReactNode, useEffect } from 'react'
import classes from './page.module.css'

type Props = {
  title: string
  /** stands before the title */
  mark?: ReactNode
  /** the way back up: what this page is part of */
  up?: ReactNode
  /** beside the title, small */
  meta?: ReactNode
  actions?: ReactNode
  /** text-like pages are narrow */
  narrow?: boolean
  children: ReactNode
}

/** Heading and body of a page; the title is the window's as well. */
export function Page({ title, mark, up, meta, actions, narrow = false, children }: Props) {
  useEffect(() => {
    document.title = title === '' ? 'Steward' : `${title} · Steward`
  }, [title])
  return (
    <div className={classes.page} data-narrow={narrow || undefined}>
      <header className={classes.header}>
        {up !== undefined && <nav className={classes.up}>{up}</nav>}
        <div className={classes.line}>
          <h1 className={classes.title}>
            {mark}
            <span>{title}</span>
          </h1>
          {actions !== undefined && <div className={classes.actions}>{actions}</div>}
        </div>
        {meta !== undefined && <div className={classes.meta}>{meta}</div>}
      </header>
      {children}
    </div>
  )
}

/** `Sites / Tower A`: links that lead up, parted by slashes. */
export function Crumbs({ children }: { children: ReactNode }) {
  return <div className={classes.crumbs}>{children}</div>
}

export function CrumbToSites({ children }: { children: ReactNode }) {
  return (
    <Link to="/" className={classes.crumb}>
      {children}
    </Link>
  )
}

/** Facts side by side, each kept whole, wrapping where there is no room. */
export function Facts({ children }: { children: ReactNode }) {
  return <div className={classes.facts}>{children}</div>
}
