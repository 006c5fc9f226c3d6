import { NumberInput, Select, TagsInput, Textarea, TextInput } from '@mantine/core'
import type { UseFormReturnType } from '@mantine/form'
import { useWords } from '../language/use-words.ts'
import type { DeviceValues } from './device-values.ts'
import { ValueFields } from './value-fields.tsx'

type Props = { form: UseFormReturnType<DeviceValues> }

/** What a web server's answer should be, and what is read out of it. */
export function HttpFields({ form }: Props) {
  const { t } = useWords()
  return (
    <>
      <TextInput
        data-span="3"
        label={t('values.profile')}
        placeholder={t('values.profileAuto')}
        spellCheck={false}
        {...form.getInputProps('profile')}
      />
      <TextInput
        data-span="3"
        label={t('values.expectStatus')}
        placeholder="200, 204"
        {...form.getInputProps('expectStatus')}
      />
      <TextInput
        data-span="6"
        label={t('values.expectText')}
        spellCheck={false}
        maxLength={200}
        {...form.getInputProps('expectText')}
      />
      <ValueFields
        value={form.values.values}
        onChange={(next) => form.setFieldValue('values', next)}
        withTopic={false}
      />
    </>
  )
}

/** What is subscribed to at a broker, and what is read out of it. */
export function MqttFields({ form }: Props) {
  const { t } = useWords()
  return (
    <>
      <Select
        data-span="3"
        label={t('deviceForm.version')}
        data={[
          { value: '3.1.1', label: 'MQTT 3.1.1' },
          { value: '5', label: 'MQTT 5' },
        ]}
        allowDeselect={false}
        {...form.getInputProps('mqttVersion')}
      />
      <NumberInput
        data-span="3"
        label={t('values.staleAfter')}
        min={1}
        hideControls
        {...form.getInputProps('staleAfterS')}
      />
      <TagsInput
        data-span="6"
        label={t('values.filters')}
        placeholder="hall/#"
        splitChars={[',', ' ']}
        {...form.getInputProps('topics')}
      />
      <TextInput
        data-span="6"
        label={t('values.availability')}
        spellCheck={false}
        {...form.getInputProps('availabilityTopic')}
      />
      {form.values.tls && (
        <Textarea
          label={t('deviceForm.ca')}
          placeholder="-----BEGIN CERTIFICATE-----"
          autosize
          minRows={2}
          maxRows={8}
          maxLength={20_000}
          spellCheck={false}
          {...form.getInputProps('ca')}
        />
      )}
      <ValueFields value={form.values.values} onChange={(next) => form.setFieldValue('values', next)} withTopic />
    </>
  )
}
