import { Button, FileButton, Textarea } from '@mantine/core'
import { IconDownload, IconFileImport } from '@tabler/icons-react'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import { type ImportOutcome, importDevices } from '../api/sites.ts'
import formClasses from '../kit/form.module.css'
import { ProblemLine } from '../kit/problem-line.tsx'
import { useWords } from '../language/use-words.ts'
import classes from './inventory.module.css'

type Props = { site: string; onDone: (taken: number) => void; beside?: ReactNode }

/** Devices from a table: what would change and which lines are wrong, then all or nothing. */
export function ImportDevices({ site, onDone, beside }: Props) {
  const { t } = useWords()
  const client = useQueryClient()
  const [csv, setCsv] = useState('')
  const preview = useMutation({ mutationFn: () => importDevices(site, { csv, dryRun: true }) })
  const take = useMutation({
    mutationFn: () => importDevices(site, { csv, dryRun: false }),
    onSuccess: async (outcome) => {
      await client.invalidateQueries()
      onDone(changedIn(outcome))
    },
  })
  const outcome = preview.data
  const set = (text: string): void => {
    setCsv(text)
    preview.reset()
    take.reset()
  }
  const good = outcome !== undefined && outcome.errors.length === 0 && changedIn(outcome) > 0
  return (
    <div className={classes.pane}>
      <p className={formClasses.hint}>{t('import.text')}</p>
      <div className={formClasses.buttons}>
        <FileButton accept=".csv,text/csv" onChange={(file) => void file?.text().then(set)}>
          {(props) => (
            <Button variant="default" size="xs" leftSection={<IconFileImport size={14} />} {...props}>
              {t('import.file')}
            </Button>
          )}
        </FileButton>
        <Button
          component="a"
          href="/api/v1/import/template"
          download="devices.csv"
          variant="default"
          size="xs"
          leftSection={<IconDownload size={14} />}
        >
          {t('import.template')}
        </Button>
        {beside}
      </div>
      <Textarea
        className={classes.csv ?? ''}
        label={t('import.csv')}
        placeholder={
          'id,name,kind,address,driver,port,user,serves,needs,location,note\ncam-07,Lobby,camera,192.168.1.107,onvif,80,,cctv/view,core-1|core-2,,'
        }
        autosize
        minRows={6}
        maxRows={16}
        spellCheck={false}
        value={csv}
        onChange={(event) => set(event.currentTarget.value)}
      />
      <ProblemLine error={preview.error ?? take.error} />
      {outcome !== undefined && <Preview outcome={outcome} />}
      <div className={formClasses.buttons}>
        <Button
          variant={good ? 'default' : 'filled'}
          loading={preview.isPending}
          disabled={csv.trim() === ''}
          onClick={() => preview.mutate()}
        >
          {t('import.preview')}
        </Button>
        {good && (
          <Button loading={take.isPending} onClick={() => take.mutate()}>
            {t('import.take', { count: changedIn(outcome) })}
          </Button>
        )}
      </div>
    </div>
  )
}

function changedIn(outcome: ImportOutcome): number {
  return outcome.changes.filter((it) => it.action !== 'unchanged').length
}

function Preview({ outcome }: { outcome: ImportOutcome }) {
  const { t } = useWords()
  const count = (action: ImportOutcome['changes'][number]['action']): number =>
    outcome.changes.filter((it) => it.action === action).length
  if (outcome.errors.length > 0) {
    return (
      <ul className={classes.errors} role="alert">
        {outcome.errors.slice(0, 100).map((it) => (
          <li key={`${it.line} ${it.column} ${it.message}`}>
            {it.line > 0 && `${t('import.line', { line: it.line })} `}
            {it.column !== '' && `${it.column}: `}
            {it.message}
          </li>
        ))}
      </ul>
    )
  }
  return (
    <>
      <p className={classes.summary}>
        <span>{t('import.create', { count: count('create') })}</span>
        <span>{t('import.update', { count: count('update') })}</span>
        <span>{t('import.unchanged', { count: count('unchanged') })}</span>
      </p>
      <div className={classes.changes}>
        {outcome.changes.slice(0, 500).map((it) => (
          <div key={it.id} className={classes.change} data-action={it.action}>
            <span>{t(`import.is.${it.action}`)}</span>
            <span translate="no">{it.id}</span>
            <span
              className={classes.fields}
              title={it.fields.map((field) => `${field.field}: ${field.from} → ${field.to}`).join('\n')}
            >
              {it.fields.map((field) => field.field).join(', ')}
            </span>
          </div>
        ))}
      </div>
    </>
  )
}
