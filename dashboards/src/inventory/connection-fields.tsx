import { NumberInput, Select, Switch, TextInput } from '@mantine/core'
import type { UseFormReturnType } from '@mantine/form'
import formClasses from '../kit/form.module.css'
import { useWords } from '../language/use-words.ts'
import { drivers, usualPorts } from './connection-presets.ts'
import type { DeviceValues } from './device-values.ts'
import { HttpFields, MqttFields } from './document-fields.tsx'
import { ModbusFields } from './modbus-fields.tsx'

const authProtocols = ['sha', 'sha256', 'sha512', 'sha224', 'sha384', 'md5']
const privProtocols = ['aes', 'aes256b', 'aes256r', 'des']

type Props = { form: UseFormReturnType<DeviceValues>; id: string }

/** Address and protocol. Secrets are not asked for: they are set at the agent. */
export function ConnectionFields({ form, id }: Props) {
  const { t } = useWords()
  const { driver, version } = form.values
  const isSerial = driver === 'modbus' && form.values.transport === 'serial'
  return (
    <div className={formClasses.grid}>
      <TextInput
        data-span="6"
        label={t('devices.address')}
        description={t('deviceForm.addressText')}
        placeholder="192.168.1.107"
        spellCheck={false}
        {...form.getInputProps('address')}
      />
      <Select
        data-span="3"
        label={t('deviceForm.driver')}
        description=" "
        data={[
          { value: '', label: t('deviceForm.noDriver') },
          ...drivers.map((it) => ({ value: it, label: t(`driver.${it}`) })),
        ]}
        allowDeselect={false}
        {...form.getInputProps('driver')}
        onChange={(value) => {
          const chosen = drivers.find((it) => it === value)
          form.setValues(chosen === undefined ? { driver: '' } : { driver: chosen, port: usualPorts[chosen] })
        }}
      />
      {driver !== '' && !isSerial && (
        <NumberInput
          data-span="3"
          label={t('deviceForm.portLabel')}
          description=" "
          min={1}
          max={65_535}
          hideControls
          {...form.getInputProps('port')}
        />
      )}
      {driver === 'snmp' && (
        <Select
          data-span="3"
          label={t('deviceForm.version')}
          data={[
            { value: 'v2c', label: 'SNMP v2c' },
            { value: 'v3', label: 'SNMP v3' },
            { value: 'v1', label: 'SNMP v1' },
          ]}
          allowDeselect={false}
          {...form.getInputProps('version')}
        />
      )}
      {driver === 'snmp' && version === 'v3' && (
        <>
          <TextInput data-span="3" label={t('deviceForm.user')} autoComplete="off" {...form.getInputProps('user')} />
          <Select
            data-span="3"
            label={t('deviceForm.auth')}
            data={authProtocols}
            allowDeselect={false}
            {...form.getInputProps('authProtocol')}
          />
          <Select
            data-span="3"
            label={t('deviceForm.priv')}
            data={privProtocols}
            allowDeselect={false}
            {...form.getInputProps('privProtocol')}
          />
        </>
      )}
      {driver === 'modbus' && <ModbusFields form={form} />}
      {(driver === 'onvif' || driver === 'http' || driver === 'rtsp') && (
        <TextInput
          data-span="6"
          label={t('deviceForm.pathLabel')}
          placeholder={driver === 'onvif' ? '/onvif/device_service' : '/'}
          spellCheck={false}
          {...form.getInputProps('path')}
        />
      )}
      {driver === 'dns' && (
        <TextInput
          data-span="6"
          label={t('deviceForm.lookUp')}
          placeholder="www.example.org"
          spellCheck={false}
          {...form.getInputProps('lookUp')}
        />
      )}
      {(driver === 'http' || driver === 'mqtt') && (
        <Switch label="TLS" {...form.getInputProps('tls', { type: 'checkbox' })} />
      )}
      {driver === 'http' && <HttpFields form={form} />}
      {driver === 'mqtt' && <MqttFields form={form} />}
      {(driver === 'snmp' || driver === 'onvif' || driver === 'mqtt') && (
        <p className={formClasses.hint}>{t('deviceForm.secretText', { id: id === '' ? 'DEVICE' : id })}</p>
      )}
    </div>
  )
}
