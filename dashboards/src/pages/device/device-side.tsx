import type { DeviceDetail } from '@steward/shared/api'
import type { ReactNode } from 'react'
import agentClasses from '../../agents/agents.module.css'
import { useCan } from '../../api/me.ts'
import { CheckNow } from '../../devices/check-now.tsx'
import { connectCommand } from '../../devices/connect-command.ts'
import { CopyLine } from '../../kit/copy-line.tsx'
import { Panel } from '../../kit/panel.tsx'
import { useWords } from '../../language/use-words.ts'
import { Age } from '../../time/age-shown.tsx'
import { useConnectedTo } from '../../topology/connected-to.tsx'
import classes from './device-page.module.css'

/** Who the device says that it is, how it is read, and what can be done with it. */
export function DeviceSide({ device }: { device: DeviceDetail }) {
  const { t } = useWords()
  const can = useCan()
  const command = connectCommand(device)
  return (
    <Panel title={t('devices.identity')}>
      {device.problems.length > 0 && (
        <ul className={agentClasses.problems}>
          {device.problems.map((it) => (
            <li key={`${it.code} ${it.message}`}>
              <span>{it.message}</span>
              <Age at={it.since} site={device.site} />
            </li>
          ))}
        </ul>
      )}
      <Identity device={device} />
      <div className={classes.steps}>
        {device.secret === 'missing' && can('configure') && (
          <div>
            <p className={classes.words}>{t('secret.how')}</p>
            <CopyLine text={`steward agent secret set ${device.id}`} />
          </div>
        )}
        {can('operate') && device.address !== null && <CheckNow device={`${device.site}:${device.id}`} />}
        {can('connect') && command !== null && <CopyLine text={command} label={t('fault.connect')} />}
      </div>
    </Panel>
  )
}

function Identity({ device }: { device: DeviceDetail }) {
  const { t, list } = useWords()
  const { identity, config } = device
  const serves = config.serves.map((it) => it.function)
  const connected = useConnectedTo(device.site, device.id)
  return (
    <dl className={classes.facts}>
      <Fact name={t('identity.vendor')}>{identity.vendor}</Fact>
      <Fact name={t('identity.model')}>{identity.model}</Fact>
      <Fact name={t('identity.serial')}>{identity.serial}</Fact>
      <Fact name={t('identity.firmware')}>{identity.firmware}</Fact>
      <Fact name={t('identity.mac')}>{identity.mac}</Fact>
      <Fact name={t('identity.name')}>{identity.name}</Fact>
      <Fact name={t('links.connected')}>{connected}</Fact>
      <Fact name={t('devices.connections')}>
        {config.connections.length === 0 ? t('devices.notChecked') : config.connections.map(describe).join(', ')}
      </Fact>
      <Fact name={t('devices.secret')}>{t(`secret.${device.secret}`)}</Fact>
      <Fact name={t('devices.serves')}>{serves.length === 0 ? undefined : list(serves)}</Fact>
      <Fact name={t('devices.note')}>{config.note === '' ? undefined : config.note}</Fact>
    </dl>
  )
}

type Connection = DeviceDetail['config']['connections'][number]

function describe(connection: Connection): string {
  const name = connection.driver === 'snmp' ? `SNMP ${connection.version}` : names[connection.driver]
  return `${name} :${connection.port}`
}

const names = {
  modbus: 'Modbus TCP',
  onvif: 'ONVIF',
  tcp: 'TCP',
  http: 'HTTP',
  bacnet: 'BACnet/IP',
  rtsp: 'RTSP',
  tls: 'TLS',
  ntp: 'NTP',
  dns: 'DNS',
  icmp: 'ICMP',
  mqtt: 'MQTT',
} as const

function Fact({ name, children }: { name: string; children: ReactNode }) {
  if (children === undefined || children === '') return null
  return (
    <>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </>
  )
}
