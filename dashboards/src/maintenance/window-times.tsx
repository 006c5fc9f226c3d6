import { Button, Chip, Input, Pill, Select, TextInput } from '@mantine/core'
import { useState } from 'react'
import formClasses from '../kit/form.module.css'
import { useWords } from '../language/use-words.ts'
import { instantOfInput, localInput } from './local-input.ts'
import classes from './maintenance.module.css'
import { weekdayName } from './use-plan-words.ts'
import type { WindowForm } from './window-form.tsx'

const hourMs = 3_600_000
const laterDays = [1, 2, 3, 4, 5, 6] as const
const lengths = [1, 2, 4, 8, 24] as const

export function OnceFields({ form, zone }: { form: WindowForm; zone: string }) {
  const { t } = useWords()
  const last = (hours: number): void => {
    const from = instantOfInput(form.values.from, zone)
    if (from !== null) form.setFieldValue('to', localInput(from + hours * hourMs, zone))
  }
  const isEmpty = form.values.to !== '' && form.values.to <= form.values.from
  return (
    <>
      <TextInput data-span="6" type="datetime-local" label={t('maintenance.from')} {...form.getInputProps('from')} />
      <TextInput
        data-span="6"
        type="datetime-local"
        label={t('maintenance.to')}
        error={isEmpty ? t('maintenance.endsBefore') : undefined}
        {...form.getInputProps('to')}
      />
      <div className={formClasses.buttons}>
        {lengths.map((it) => (
          <Button key={it} size="xs" variant="default" onClick={() => last(it)}>
            {t('maintenance.forHours', { count: it })}
          </Button>
        ))}
      </div>
    </>
  )
}

export function RecurringFields({ form }: { form: WindowForm }) {
  const { t } = useWords()
  const { how, fromTime, toTime } = form.values
  const isOvernight = fromTime !== '' && toTime !== '' && toTime <= fromTime
  return (
    <>
      {how === 'week' ? <Days form={form} /> : <Dates form={form} />}
      <TextInput data-span="4" type="time" label={t('maintenance.fromTime')} {...form.getInputProps('fromTime')} />
      <TextInput data-span="4" type="time" label={t('maintenance.toTime')} {...form.getInputProps('toTime')} />
      <Select
        data-span="4"
        label={t('maintenance.ends')}
        data={[
          { value: '', label: isOvernight ? t('maintenance.nextDay') : t('maintenance.sameDay') },
          ...laterDays.map((it) => ({ value: String(it), label: t('maintenance.daysLater', { count: it }) })),
        ]}
        allowDeselect={false}
        {...form.getInputProps('lasts')}
      />
      {how === 'week' && (
        <>
          <TextInput data-span="6" type="date" label={t('maintenance.firstDay')} {...form.getInputProps('firstDay')} />
          <TextInput data-span="6" type="date" label={t('maintenance.lastDay')} {...form.getInputProps('lastDay')} />
        </>
      )}
    </>
  )
}

function Days({ form }: { form: WindowForm }) {
  const { t, language } = useWords()
  return (
    <Input.Wrapper label={t('maintenance.days')} labelElement="div">
      <Chip.Group multiple value={form.values.days} onChange={(days) => form.setFieldValue('days', days)}>
        <div className={formClasses.buttons}>
          {[1, 2, 3, 4, 5, 6, 7].map((it) => (
            <Chip key={it} value={String(it)} size="sm" classNames={{ label: classes.chip ?? '' }}>
              {weekdayName(it, language)}
            </Chip>
          ))}
        </div>
      </Chip.Group>
    </Input.Wrapper>
  )
}

/** Days one by one, or a calendar pasted: whatever in a text looks like a day is taken. */
function Dates({ form }: { form: WindowForm }) {
  const { t } = useWords()
  const [typed, setTyped] = useState('')
  const { dates } = form.values
  const add = (text: string): boolean => {
    const found = text.match(/\b2[01]\d\d-\d\d-\d\d\b/g) ?? []
    const days = found.filter((it) => !Number.isNaN(Date.parse(it)))
    if (days.length === 0) return false
    form.setFieldValue('dates', [...new Set([...dates, ...days])].sort().slice(0, 400))
    setTyped('')
    return true
  }
  return (
    <Input.Wrapper label={t('maintenance.dates')} description={t('maintenance.datesText')} labelElement="div">
      {dates.length > 0 && (
        <Pill.Group className={classes.dates ?? ''}>
          {dates.map((it) => (
            <Pill
              key={it}
              withRemoveButton
              removeButtonProps={{ 'aria-label': t('maintenance.removeDate', { date: it }), 'aria-hidden': false }}
              onRemove={() =>
                form.setFieldValue(
                  'dates',
                  dates.filter((date) => date !== it),
                )
              }
            >
              {it}
            </Pill>
          ))}
        </Pill.Group>
      )}
      <div className={classes.addDate}>
        <TextInput
          type="date"
          aria-label={t('maintenance.date')}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
          onPaste={(event) => {
            if (add(event.clipboardData.getData('text'))) event.preventDefault()
          }}
          onKeyDown={(event) => {
            if (event.key === 'Enter' && add(typed)) event.preventDefault()
          }}
        />
        <Button variant="default" disabled={typed === ''} onClick={() => add(typed)}>
          {t('maintenance.addDate')}
        </Button>
      </div>
    </Input.Wrapper>
  )
}
