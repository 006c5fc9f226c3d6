import { Tooltip } from '@mantine/core'
import type { DiscoveredDevice } from '@steward/shared/api'
import { Link } from '@tanstack/react-router'
import deviceClasses from '../../devices/devices.module.css'
import { deviceIcon } from '../../devices/kinds.ts'
import { type Column, Rows } from '../../kit/rows.tsx'
import { useWords } from '../../language/use-words.ts'
import classes from './discovery.module.css'

/** What the site has already: nothing to be done with it. */
export function KnownRows({ site, found }: { site: string; found: readonly DiscoveredDevice[] }) {
  const { t } = useWords()
  const columns: Column<DiscoveredDevice>[] = [
    { key: 'device', title: t('devices.device'), width: '6fr', cell: (it) => <What it={it} /> },
    {
      key: 'id',
      title: t('discovery.knownAs'),
      width: '4fr',
      cell: ({ known }) =>
        known !== null && (
          <Link to="/devices/$device" params={{ device: `${site}:${known}` }} className="inline">
            {known}
          </Link>
        ),
    },
  ]
  return <Rows label={t('discovery.there')} columns={columns} rows={found} keyOf={(it) => it.address} height={56} />
}

/** Address and what the device says of itself; all that was heard on hover or focus. */
export function What({ it }: { it: DiscoveredDevice }) {
  const { t, say } = useWords()
  const Icon = deviceIcon(it.proposal.kind)
  const { vendor, model, name } = it.identity
  const said = [name, [vendor, model].filter((one) => one !== undefined).join(' ')].filter((one) => one)
  const speaks = it.connections.map((one) => `${t(`driver.${one.driver}`)} ${one.port}`)
  const first = it.evidence[0] === undefined ? '' : say(it.evidence[0].text)
  const evidence = (
    <ul className={classes.evidence}>
      {it.evidence.map((one) => (
        <li key={`${one.by} ${one.text.en}`}>{say(one.text)}</li>
      ))}
    </ul>
  )
  return (
    <Tooltip label={evidence} multiline w={360} position="bottom-start" withinPortal>
      <div className={classes.what}>
        <Icon size={18} stroke={1.6} />
        <div className={deviceClasses.texts}>
          <span className={deviceClasses.cut}>
            {it.address}
            {said.length > 0 && <span className={classes.known}> · {said.join(' · ')}</span>}
          </span>
          <span className={deviceClasses.sub}>{speaks.join(' · ') || first}</span>
        </div>
      </div>
    </Tooltip>
  )
}
