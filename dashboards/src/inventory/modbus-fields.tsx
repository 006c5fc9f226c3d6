import { NumberInput, Select, TextInput } from '@mantine/core'
import type { UseFormReturnType } from '@mantine/form'
import { useWords } from '../language/use-words.ts'
import type { DeviceValues } from './device-values.ts'

const bauds = ['1200', '2400', '4800', '9600', '19200', '38400', '57600', '115200']

/** How a Modbus unit is reached: over the network, behind a converter, or on a serial line of the agent's machine. */
export function ModbusFields({ form }: { form: UseFormReturnType<DeviceValues> }) {
  const { t } = useWords()
  const { transport, serial } = form.values
  return (
    <>
      <Select
        data-span="3"
        label={t('deviceForm.transport')}
        data={[
          { value: 'tcp', label: 'Modbus TCP' },
          { value: 'rtu-over-tcp', label: t('deviceForm.rtuOverTcp') },
          { value: 'serial', label: t('deviceForm.serialLine') },
        ]}
        allowDeselect={false}
        {...form.getInputProps('transport')}
      />
      <NumberInput
        data-span="3"
        label={t('deviceForm.unit')}
        min={0}
        max={255}
        hideControls
        {...form.getInputProps('unit')}
      />
      {transport === 'serial' && (
        <>
          <TextInput
            data-span="3"
            label={t('deviceForm.serialPath')}
            placeholder="/dev/ttyUSB0"
            spellCheck={false}
            {...form.getInputProps('serial.path')}
          />
          <Select
            data-span="3"
            label={t('deviceForm.baud')}
            data={bauds.includes(String(serial.baud)) ? bauds : [...bauds, String(serial.baud)]}
            allowDeselect={false}
            value={String(serial.baud)}
            onChange={(value) => form.setFieldValue('serial.baud', Number(value))}
          />
          <Select
            data-span="3"
            label={t('deviceForm.parity')}
            data={(['none', 'even', 'odd'] as const).map((it) => ({
              value: it,
              label: t(`deviceForm.parityOf.${it}`),
            }))}
            allowDeselect={false}
            {...form.getInputProps('serial.parity')}
          />
          <Select
            data-span="3"
            label={t('deviceForm.stopBits')}
            data={['1', '2']}
            allowDeselect={false}
            value={String(serial.stopBits)}
            onChange={(value) => form.setFieldValue('serial.stopBits', value === '2' ? 2 : 1)}
          />
        </>
      )}
    </>
  )
}
