/** What a part shows while it has nothing to show: empty teaches the next step, failing says what to do. */
import { Button, Skeleton, Stack } from '@mantine/core'
import type { ReactNode } from 'react'
import { useWords } from '../language/use-words.ts'
import { useProblem } from './problem.ts'
import classes from './states.module.css'

type EmptyProps = { icon?: ReactNode; title: string; children?: ReactNode; action?: ReactNode }

export function Empty({ icon, title, children, action }: EmptyProps) {
  return (
    <div className={classes.empty}>
      {icon !== undefined && <div className={classes.icon}>{icon}</div>}
      <p className={classes.title}>{title}</p>
      {children !== undefined && <div className={classes.text}>{children}</div>}
      {action !== undefined && <div className={classes.action}>{action}</div>}
    </div>
  )
}

export function Failing({ error, retry }: { error: unknown; retry?: () => void }) {
  const { t } = useWords()
  const problem = useProblem()(error)
  return (
    <div className={classes.failing} role="alert">
      <p className={classes.title}>{problem.title}</p>
      {problem.detail !== null && <p className={classes.text}>{problem.detail}</p>}
      {retry !== undefined && (
        <Button size="xs" variant="default" onClick={retry}>
          {t('do.retry')}
        </Button>
      )}
    </div>
  )
}

/** The place of `count` rows that are on their way. */
export function Awaited({ count = 6, height = 20 }: { count?: number; height?: number }) {
  return (
    <Stack gap={16} p={16} aria-hidden>
      {Array.from({ length: count }, (_, i) => (
        // Lines of one place: they have no other name than their number.
        <Skeleton key={String(i)} height={height} width={`${92 - ((i * 17) % 40)}%`} />
      ))}
    </Stack>
  )
}

type QueryLike<Data> = { data: Data | undefined; error: unknown; refetch: () => unknown; isPending: boolean }

/** The three states of a question; once there is an answer it stays, also while asking again fails. */
export function Asked<Data>({
  query,
  awaited = <Awaited />,
  children,
}: {
  query: QueryLike<Data>
  awaited?: ReactNode
  children: (data: Data) => ReactNode
}) {
  if (query.data !== undefined) return children(query.data)
  if (query.error !== null) return <Failing error={query.error} retry={() => void query.refetch()} />
  return awaited
}
