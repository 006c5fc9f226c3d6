import type { DeviceSummary } from '@steward/shared/api'
import { useWords } from '../../language/use-words.ts'
import { Mark } from '../../marks/mark.tsx'
import { markOfDevice, markOrder } from '../../marks/mark-kind.ts'
import classes from './topology.module.css'

const most = 40

/** The faults of the drawing in words, the worst first: each leads to its place. */
export function WorstFirst({
  devices,
  onChoose,
}: {
  devices: readonly DeviceSummary[]
  onChoose: (id: string) => void
}) {
  const { t, count } = useWords()
  const causes = devices
    .filter((it) => it.level !== null)
    .map((device) => ({ device, mark: markOfDevice(device) }))
    .sort((a, b) => markOrder.indexOf(a.mark) - markOrder.indexOf(b.mark) || (a.device.id < b.device.id ? -1 : 1))
  const affected = devices.filter((it) => it.level === null && it.affectedBy.length > 0).length
  return (
    <section aria-label={t('topology.causes')}>
      <h2 className={classes.heading}>{t('topology.causes')}</h2>
      {causes.length === 0 && <p className={classes.hint}>{t('topology.noCauses')}</p>}
      <ul className={classes.list}>
        {causes.slice(0, most).map(({ device, mark }) => (
          <li key={device.id}>
            <button type="button" className={classes.item} onClick={() => onChoose(device.id)}>
              <Mark kind={mark} size={15} />
              <span className={classes.name}>{device.name}</span>
            </button>
          </li>
        ))}
      </ul>
      {causes.length > most && (
        <p className={classes.hint}>{t('topology.moreCauses', { value: count(causes.length - most) })}</p>
      )}
      {affected > 0 && (
        <p className={classes.affected}>
          <Mark kind="affected" size={15} silent />
          {t('topology.affected', { count: affected, value: count(affected) })}
        </p>
      )}
    </section>
  )
}
