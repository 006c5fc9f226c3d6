import { Link } from '@tanstack/react-router'
import { Mark } from '../marks/mark.tsx'
import type { MarkKind } from '../marks/mark-kind.ts'
import classes from './drawing.module.css'

type Props = { site: string; id: string; name: string; mark: MarkKind; isCause?: boolean }

/** A device in a drawing: its mark, what it is called, the way to its page. */
export function DeviceBox({ site, id, name, mark, isCause = false }: Props) {
  return (
    <Link
      to="/devices/$device"
      params={{ device: `${site}:${id}` }}
      className={classes.box}
      data-loud={isCause ? mark : undefined}
      title={name === id ? id : `${name} (${id})`}
    >
      <Mark kind={mark} size={14} />
      <span className={classes.texts}>
        <span className={classes.name}>{name}</span>
        {name !== id && <span className={classes.sub}>{id}</span>}
      </span>
    </Link>
  )
}
