import { ActionIcon, Button, TextInput } from '@mantine/core'
import { IconPlus, IconX } from '@tabler/icons-react'
import formClasses from '../kit/form.module.css'
import { useWords } from '../language/use-words.ts'
import { emptyRow, type ValueRow } from './value-rows.ts'

type Props = { value: ValueRow[]; onChange: (value: ValueRow[]) => void; withTopic: boolean }

/** Which values are read out of an answer or a message. */
export function ValueFields({ value, onChange, withTopic }: Props) {
  const { t } = useWords()
  const fields = [
    { key: 'id', label: t('values.id'), placeholder: 'temperature' },
    { key: 'name', label: t('values.name'), placeholder: '' },
    ...(withTopic ? [{ key: 'topic', label: t('values.topic'), placeholder: 'hall/meter' } as const] : []),
    { key: 'path', label: t('values.path'), placeholder: 'doors[0].state' },
    { key: 'unit', label: t('values.unit'), placeholder: '°C' },
    { key: 'scale', label: t('values.scale'), placeholder: '0.1' },
    { key: 'states', label: t('values.states'), placeholder: '0=closed, 1=open' },
  ] as const
  return (
    <div className={formClasses.items}>
      {value.map((row, i) => (
        <div key={String(i)} className={formClasses.item}>
          {fields.map(({ key, label, placeholder }) => (
            <TextInput
              key={key}
              className={formClasses.grow ?? ''}
              label={label}
              placeholder={placeholder}
              spellCheck={false}
              value={row[key]}
              onChange={({ currentTarget }) => {
                const next = currentTarget.value
                onChange(value.map((it, at) => (at === i ? { ...it, [key]: next } : it)))
              }}
            />
          ))}
          <ActionIcon size={36} aria-label={t('do.remove')} onClick={() => onChange(value.filter((_, at) => at !== i))}>
            <IconX size={16} />
          </ActionIcon>
        </div>
      ))}
      <p className={formClasses.hint}>{t(withTopic ? 'values.topicText' : 'values.text')}</p>
      <div>
        <Button
          size="xs"
          variant="default"
          leftSection={<IconPlus size={14} />}
          onClick={() => onChange([...value, emptyRow])}
        >
          {t('values.add')}
        </Button>
      </div>
    </div>
  )
}
