import { Checkbox } from '@mantine/core'
import type { DeviceSummary } from '@steward/shared/api'
import { Link } from '@tanstack/react-router'
import { refOf } from '../api/devices.ts'
import { type Column, Rows } from '../kit/rows.tsx'
import { useWords } from '../language/use-words.ts'
import { Mark } from '../marks/mark.tsx'
import { markOfDevice } from '../marks/mark-kind.ts'
import { rowLink } from '../shell/use-keys.ts'
import { DeviceState } from './device-state.tsx'
import classes from './devices.module.css'
import { deviceIcon, deviceKind } from './kinds.ts'

type Props = {
  devices: readonly DeviceSummary[]
  /** ids of rows that are ticked; left out: rows cannot be ticked */
  chosen?: ReadonlySet<string>
  onChoose?: (chosen: ReadonlySet<string>) => void
}

export function DeviceRows({ devices, chosen, onChoose }: Props) {
  const { t } = useWords()
  const columns: Column<DeviceSummary>[] = [
    { key: 'name', title: t('devices.device'), width: '5fr', cell: (it) => <Name device={it} /> },
    { key: 'state', title: t('devices.state'), width: '5fr', from: 'sm', cell: (it) => <DeviceState device={it} /> },
    { key: 'kind', title: t('devices.kind'), width: '3fr', from: 'md', cell: (it) => <Kind kind={it.kind} /> },
    {
      key: 'address',
      title: t('devices.address'),
      width: '3fr',
      from: 'md',
      cell: (it) => <span className={`${classes.cut} ${classes.dim}`}>{it.address ?? '–'}</span>,
    },
    {
      key: 'location',
      title: t('devices.location'),
      width: '3fr',
      from: 'lg',
      cell: (it) => <span className={`${classes.cut} ${classes.dim}`}>{it.location}</span>,
    },
  ]
  const ticks: Column<DeviceSummary>[] =
    chosen === undefined || onChoose === undefined
      ? []
      : [
          {
            key: 'tick',
            title: '',
            width: '20px',
            from: 'sm',
            cell: (it) => <Tick device={it} chosen={chosen} onChoose={onChoose} />,
          },
        ]
  return (
    <Rows
      label={t('site.devices')}
      columns={[...ticks, ...columns]}
      rows={devices}
      keyOf={(it) => it.id}
      height={48}
      phoneHeight={68}
    />
  )
}

function Name({ device }: { device: DeviceSummary }) {
  return (
    <div className={classes.name}>
      <Mark kind={markOfDevice(device)} size={16} />
      <div className={classes.texts}>
        <Link to="/devices/$device" params={{ device: refOf(device) }} className={classes.link} {...rowLink}>
          {device.name}
        </Link>
        {device.name !== device.id && <span className={classes.sub}>{device.id}</span>}
        <span className={classes.onPhone}>
          <DeviceState device={device} />
        </span>
      </div>
    </div>
  )
}

function Kind({ kind }: { kind: string }) {
  const { t } = useWords()
  const Icon = deviceIcon(kind)
  return (
    <span className={classes.kind}>
      <Icon size={16} stroke={1.6} />
      <span className={classes.cut}>{t(`deviceKind.${deviceKind(kind)}`)}</span>
    </span>
  )
}

function Tick({ device, chosen, onChoose }: Required<Omit<Props, 'devices'>> & { device: DeviceSummary }) {
  const { t } = useWords()
  return (
    <Checkbox
      size="xs"
      className={classes.above ?? ''}
      aria-label={t('devices.choose', { name: device.name })}
      checked={chosen.has(device.id)}
      onChange={(event) => {
        const next = new Set(chosen)
        if (event.currentTarget.checked) next.add(device.id)
        else next.delete(device.id)
        onChoose(next)
      }}
    />
  )
}
