import type { DeviceSummary } from '@steward/shared/api'
import { IconKey } from '@tabler/icons-react'
import { useWords } from '../language/use-words.ts'
import { isNeverChecked } from '../marks/mark-kind.ts'
import { Age } from '../time/age-shown.tsx'
import classes from './devices.module.css'

type Props = {
  device: Pick<DeviceSummary, 'site' | 'state' | 'since' | 'address' | 'affectedBy' | 'maintenance' | 'secret'>
}

/** How a device is, in words: up or down and since when, on whose account, and what keeps it from being read. */
export function DeviceState({ device }: Props) {
  const { t } = useWords()
  const { state, since, affectedBy, maintenance, secret, site } = device
  return (
    <span className={classes.state}>
      {isNeverChecked(device) ? (
        affectedBy.length === 0 && <span data-state="up">{t('state.able')}</span>
      ) : (
        <span data-state={state}>{t(`state.${state}`)}</span>
      )}
      {since !== null && <Age at={since} site={site} />}
      {maintenance && <span className={classes.maintenance}>{t('mark.maintenance')}</span>}
      {affectedBy.length > 0 && <span>{t('devices.affectedBy', { devices: affectedBy.join(', ') })}</span>}
      {(secret === 'missing' || secret === 'refused') && (
        <span className={classes.secret}>
          <IconKey size={14} />
          {t(`secret.${secret}`)}
        </span>
      )}
    </span>
  )
}
