import { Button } from '@mantine/core'
import type { DeviceDetail } from '@steward/shared/api'
import { useQueries } from '@tanstack/react-query'
import { Link } from '@tanstack/react-router'
import { useState } from 'react'
import { deviceQuery } from '../../api/devices.ts'
import { useDevicesById } from '../../devices/use-devices-by-id.ts'
import { DeviceBox } from '../../drawing/device-box.tsx'
import classes from '../../drawing/drawing.module.css'
import { Panel } from '../../kit/panel.tsx'
import { useWords } from '../../language/use-words.ts'
import { type MarkKind, markOfDevice } from '../../marks/mark-kind.ts'
import sideClasses from './device-page.module.css'

const shownFirst = 6

/** What the device needs, alternatives together, and what needs it. */
export function NeedsDrawing({ device }: { device: DeviceDetail }) {
  const { t } = useWords()
  const { needs } = device.config
  if (needs.length === 0 && device.neededBy.length === 0) return null
  return (
    <Panel
      title={t('needs.title')}
      actions={
        <Link
          className="inline"
          to="/sites/$site/topology"
          params={{ site: device.site }}
          search={{ device: device.id }}
        >
          {t('topology.title')}
        </Link>
      }
    >
      <div className={sideClasses.main}>
        {needs.length > 0 && <Needs device={device} />}
        {device.neededBy.length > 0 && <NeededBy device={device} />}
      </div>
    </Panel>
  )
}

function Needs({ device }: { device: DeviceDetail }) {
  const { t } = useWords()
  const { needs } = device.config
  const look = useLook(device.site, needs.flat())
  return (
    <div>
      <p className={classes.heading}>{t('needs.needs')}</p>
      <div className={classes.side}>
        {needs.map((alternatives) =>
          alternatives.length === 1 ? (
            alternatives.map((id) => <DeviceBox key={id} site={device.site} id={id} {...look(id)} />)
          ) : (
            <div key={alternatives.join()} className={classes.either}>
              <span className={classes.eitherWord}>{t('needs.oneOf')}</span>
              {alternatives.map((id) => (
                <DeviceBox key={id} site={device.site} id={id} {...look(id)} />
              ))}
            </div>
          ),
        )}
      </div>
    </div>
  )
}

function NeededBy({ device }: { device: DeviceDetail }) {
  const { t } = useWords()
  const [all, setAll] = useState(false)
  const shown = all ? device.neededBy : device.neededBy.slice(0, shownFirst)
  const look = useLook(device.site, shown)
  return (
    <div>
      <p className={classes.heading}>{t('needs.neededBy', { count: device.neededBy.length })}</p>
      <div className={classes.side}>
        {shown.map((id) => (
          <DeviceBox key={id} site={device.site} id={id} {...look(id)} />
        ))}
        {shown.length < device.neededBy.length && (
          <Button variant="default" size="xs" onClick={() => setAll(true)}>
            {t('drawing.more', { count: device.neededBy.length - shown.length })}
          </Button>
        )}
      </div>
    </div>
  )
}

const asked = 12

/** What a device is called and how it is: from the site's list, or where that is too long, one by one for the first few. */
function useLook(site: string, ids: readonly string[]): (id: string) => { name: string; mark: MarkKind } {
  const byId = useDevicesById(site)
  const unknown = byId.size > 0 ? [] : ids.slice(0, asked)
  const single = useQueries({ queries: unknown.map((id) => deviceQuery(`${site}:${id}`)) })
  const found = new Map(single.flatMap(({ data }) => (data === undefined ? [] : [[data.id, data] as const])))
  return (id) => {
    const device = byId.get(id) ?? found.get(id)
    return device === undefined ? { name: id, mark: 'unknown' } : { name: device.name, mark: markOfDevice(device) }
  }
}
