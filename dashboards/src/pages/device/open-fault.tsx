import type { DeviceDetail } from '@steward/shared/api'
import { useInfiniteQuery } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { faultsQuery } from '../../api/faults.ts'
import { useWords } from '../../language/use-words.ts'
import { Mark } from '../../marks/mark.tsx'
import { Age } from '../../time/age-shown.tsx'
import classes from './device-page.module.css'

/** The device's own fault where it has one, else the one that takes it along. */
export function OpenFault({ device }: { device: DeviceDetail }) {
  const { t, say } = useWords()
  const cause = device.level === null ? device.affectedBy[0] : device.id
  const query = useInfiniteQuery({
    ...faultsQuery({ state: 'open', site: device.site, device: cause }),
    enabled: cause !== undefined,
  })
  const fault = query.data?.pages[0]?.items.find((it) => it.closedAt === null)
  if (fault === undefined || cause === undefined) return null
  return (
    <section className={classes.fault} data-level={fault.level}>
      <Mark kind={fault.level} size={20} />
      <div>
        <p className={classes.faultHead}>
          <Link to="/faults/$fault" params={{ fault: fault.id }} className="inline">
            {cause === device.id
              ? t(`level.${fault.level}`)
              : t('devices.affectedBy', { devices: fault.deviceName ?? cause })}
          </Link>
          <Age at={fault.openedAt} site={device.site} />
        </p>
        <p>{say(fault.reason)}</p>
      </div>
    </section>
  )
}
