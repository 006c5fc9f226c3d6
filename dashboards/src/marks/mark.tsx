import { VisuallyHidden } from '@mantine/core'
import classes from './mark.module.css'
import { type MarkKind, useMarkWord } from './mark-kind.ts'
import { shapes } from './shapes.ts'

type Props = {
  kind: MarkKind
  size?: number
  /** says the word for the eye as well; without it the word is there for screen readers only */
  word?: boolean
  /** a new L1 calls for attention; nothing else on a screen moves */
  calls?: boolean
  /** the word stands beside it already */
  silent?: boolean
}

/** Level, state and maintenance, each with shape, colour and word: the only place that draws them. */
export function Mark({ kind, size = 16, word = false, calls = false, silent = false }: Props) {
  const text = useMarkWord()(kind)
  return (
    <span className={classes.mark} data-kind={kind}>
      <svg
        width={size}
        height={size}
        viewBox="0 0 16 16"
        className={calls && kind === 'L1' ? classes.calls : undefined}
        aria-hidden="true"
      >
        <Shape kind={kind} />
      </svg>
      {word && <span className={classes.word}>{text}</span>}
      {!word && !silent && <VisuallyHidden>{text}</VisuallyHidden>}
    </span>
  )
}

function Shape({ kind }: { kind: MarkKind }) {
  switch (kind) {
    case 'L1':
      return (
        <>
          <path d={shapes.octagon} fill="var(--l1)" />
          <path d={shapes.octagonBang} stroke="var(--surface)" strokeWidth="1.8" strokeLinecap="round" />
        </>
      )
    case 'L2':
      return (
        <>
          <path d={shapes.triangle} fill="var(--l2)" />
          <path d={shapes.triangleBang} stroke="var(--surface)" strokeWidth="1.6" strokeLinecap="round" />
        </>
      )
    case 'L3':
      return (
        <path d={shapes.diamond} fill="var(--l3)" stroke="var(--l3-edge)" strokeWidth="1.2" strokeLinejoin="round" />
      )
    case 'L4':
      return <circle cx="8" cy="8" r="6" fill="var(--l4)" />
    case 'well':
      return (
        <path
          d={shapes.check}
          fill="none"
          stroke="var(--well)"
          strokeWidth="2.2"
          strokeLinecap="round"
          strokeLinejoin="round"
        />
      )
    case 'unknown':
      return (
        <circle
          cx="8"
          cy="8"
          r="5.8"
          fill="none"
          stroke="var(--unknown)"
          strokeWidth="1.8"
          strokeDasharray="2.6 1.96"
        />
      )
    case 'maintenance':
      return <path d={shapes.wrench} fill="var(--maintenance)" />
    case 'affected':
      return (
        <>
          <rect x="2" y="2" width="12" height="12" rx="2.5" fill="var(--unknown)" />
          <path
            d={shapes.chevron}
            fill="none"
            stroke="var(--surface)"
            strokeWidth="1.8"
            strokeLinecap="round"
            strokeLinejoin="round"
          />
        </>
      )
  }
}
