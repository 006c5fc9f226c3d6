import { type ReactNode, useId } from 'react'
import classes from './panel.module.css'

type Props = {
  title?: ReactNode
  /** beside the title, quiet: a count, an age */
  aside?: ReactNode
  actions?: ReactNode
  /** the body reaches the edges: tables, charts */
  flush?: boolean
  children: ReactNode
}

/** A part of a page on its own ground. */
export function Panel({ title, aside, actions, flush = false, children }: Props) {
  const id = useId()
  return (
    <section className={classes.panel} {...(title === undefined ? {} : { 'aria-labelledby': id })}>
      {title !== undefined && (
        <header className={classes.header}>
          <h2 id={id} className={classes.title}>
            {title}
          </h2>
          {aside !== undefined && <span className={classes.aside}>{aside}</span>}
          {actions !== undefined && <div className={classes.actions}>{actions}</div>}
        </header>
      )}
      <div className={flush ? classes.flush : classes.body}>{children}</div>
    </section>
  )
}
