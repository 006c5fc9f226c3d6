import type { DeviceSummary } from '@steward/shared/api'
import { useQuery } from '@tanstack/react-query'
import { refOf } from '../../api/devices.ts'
import { deviceLinkQuery } from '../../api/links.ts'
import { DeviceState } from '../../devices/device-state.tsx'
import { LinkButton } from '../../kit/link-button.tsx'
import { useWords } from '../../language/use-words.ts'
import { Mark } from '../../marks/mark.tsx'
import { markOfDevice } from '../../marks/mark-kind.ts'
import { LearnedLink } from './learned-link.tsx'
import classes from './topology.module.css'

type Props = {
  device: DeviceSummary
  needs: readonly (readonly string[])[]
  /** how many devices need it, directly or by others */
  below: number
  byId: ReadonlyMap<string, DeviceSummary>
  onChoose: (id: string) => void
}

/** The device that was found or tapped, in words: how it is, what it needs, and the way to its page. */
export function ChosenDevice({ device, needs, below, byId, onChoose }: Props) {
  const { t, count } = useWords()
  const link = useQuery(deviceLinkQuery(device.site, device.id)).data ?? null
  return (
    <section aria-live="polite" aria-label={device.name}>
      <h2 className={classes.heading}>{device.name}</h2>
      <p className={classes.hint}>
        {[device.id, device.address, device.location].filter((it) => it !== null && it !== '').join(' · ')}
      </p>
      <DeviceState device={device} />
      {needs.length > 0 && <h3 className={classes.sub}>{t('topology.needs')}</h3>}
      <ul className={classes.list}>
        {needs.map((alternatives) => (
          <li key={alternatives.join()}>
            {alternatives.length > 1 && <span className={classes.hint}>{t('topology.oneOf')}</span>}
            {alternatives.map((id) => {
              const other = byId.get(id)
              return (
                <button key={id} type="button" className={classes.item} onClick={() => onChoose(id)}>
                  <Mark kind={other === undefined ? 'unknown' : markOfDevice(other)} size={15} />
                  <span className={classes.name}>{other?.name ?? id}</span>
                </button>
              )
            })}
          </li>
        ))}
      </ul>
      <p className={classes.hint}>{t('topology.neededBy', { count: below, value: count(below) })}</p>
      {link !== null && <LearnedLink site={device.site} link={link} />}
      <LinkButton variant="default" size="xs" to="/devices/$device" params={{ device: refOf(device) }}>
        {t('topology.open')}
      </LinkButton>
    </section>
  )
}
