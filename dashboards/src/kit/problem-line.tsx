import { IconAlertCircle } from '@tabler/icons-react'
import classes from './form.module.css'
import { useProblem } from './problem.ts'

/** What went wrong, beside the button that was pressed; what was typed stays. */
export function ProblemLine({ error }: { error: unknown }) {
  const problem = useProblem()
  if (error === null || error === undefined) return null
  const { title, detail } = problem(error)
  return (
    <div className={classes.problem} role="alert">
      <IconAlertCircle size={18} />
      <div>
        <div>{title}</div>
        {detail !== null && <div className={classes.detail}>{detail}</div>}
      </div>
    </div>
  )
}
