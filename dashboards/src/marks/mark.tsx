import { VisuallyHidden } from '@mantine/core'
import classes from './mark.module.css'
import { type MarkKind, useMarkWord } from './mark-kind.ts'

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
          <path d="M5.1.9h5.8l4.2 4.2v5.8l-4.2 4.2H5.1L.9 10.9V5.1z" fill="var(--l1)" />
          <path d="M8 4.2v4.4M8 11.1v.6" stroke="var(--surface)" strokeWidth="1.8" strokeLinecap="round" />
        </>
      )
    case 'L2':
      return (
        <>
          <path d="M8 1.6 15.2 14a.6.6 0 0 1-.5.9H1.3a.6.6 0 0 1-.5-.9z" fill="var(--l2)" />
          <path d="M8 6.4v3.4M8 12.2v.3" stroke="var(--surface)" strokeWidth="1.6" strokeLinecap="round" />
        </>
      )
    case 'L3':
      return (
        <path
          d="M8 1.1 14.9 8 8 14.9 1.1 8z"
          fill="var(--l3)"
          stroke="var(--l3-edge)"
          strokeWidth="1.2"
          strokeLinejoin="round"
        />
      )
    case 'L4':
      return <circle cx="8" cy="8" r="6" fill="var(--l4)" />
    case 'well':
      return (
        <path
          d="m2.6 8.6 3.6 3.6 7.2-8"
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
      return (
        <path
          d="M14.4 4.3a4 4 0 0 1-5.3 4.9l-4.9 5a1.6 1.6 0 0 1-2.4-2.3l5-4.9a4 4 0 0 1 4.9-5.4L9.3 4l.5 2.2 2.2.5z"
          fill="var(--maintenance)"
        />
      )
    case 'affected':
      return (
        <>
          <rect x="2" y="2" width="12" height="12" rx="2.5" fill="var(--unknown)" />
          <path
            d="m5 6.7 3 3 3-3"
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
