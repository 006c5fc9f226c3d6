import { ActionIcon, Button, MultiSelect } from '@mantine/core'
import type { DeviceSummary } from '@steward/shared/api'
import { IconPlus, IconX } from '@tabler/icons-react'
import formClasses from '../kit/form.module.css'
import { useWords } from '../language/use-words.ts'

type Props = { value: string[][]; onChange: (value: string[][]) => void; devices: readonly DeviceSummary[] }

/** What the device cannot work without; of alternatives in one line, one is enough. */
export function NeedFields({ value, onChange, devices }: Props) {
  const { t } = useWords()
  const choices = devices.map((it) => ({ value: it.id, label: it.name === it.id ? it.id : `${it.name} · ${it.id}` }))
  return (
    <div className={formClasses.items}>
      {value.map((alternatives, i) => (
        <div key={String(i)} className={formClasses.item}>
          <MultiSelect
            className={formClasses.grow ?? ''}
            label={i === 0 ? t('deviceForm.needs') : t('deviceForm.andNeeds')}
            description={t('deviceForm.needsText')}
            data={choices}
            searchable
            limit={50}
            nothingFoundMessage={t('form.nothingFound')}
            value={alternatives}
            onChange={(next) => onChange(value.map((it, at) => (at === i ? next : it)))}
          />
          <ActionIcon size={36} aria-label={t('do.remove')} onClick={() => onChange(value.filter((_, at) => at !== i))}>
            <IconX size={16} />
          </ActionIcon>
        </div>
      ))}
      <div>
        <Button
          size="xs"
          variant="default"
          leftSection={<IconPlus size={14} />}
          onClick={() => onChange([...value, []])}
        >
          {t('deviceForm.addNeed')}
        </Button>
      </div>
    </div>
  )
}
