import classes from './mark.module.css'
import { Mark } from './mark.tsx'
import { type MarkKind, useMarkWord } from './mark-kind.ts'

/** A mark with its word on a quiet ground, for headings and rows. */
export function LevelTag({ kind, label, calls = false }: { kind: MarkKind; label?: string; calls?: boolean }) {
  const word = useMarkWord()(kind)
  return (
    <span className={classes.tag} data-kind={kind}>
      <Mark kind={kind} size={13} silent calls={calls} />
      {label ?? word}
    </span>
  )
}
