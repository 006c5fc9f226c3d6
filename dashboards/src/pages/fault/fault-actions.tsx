import { Button, Textarea } from '@mantine/core'
import type { Fault, FaultDetail } from '@steward/shared/api'
import { IconUserCheck } from '@tabler/icons-react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { deviceQuery } from '../../api/devices.ts'
import { acknowledgeFault, addNote, faultQuery } from '../../api/faults.ts'
import { useCan } from '../../api/me.ts'
import { CheckNow } from '../../devices/check-now.tsx'
import { connectCommand } from '../../devices/connect-command.ts'
import { CopyLine } from '../../kit/copy-line.tsx'
import { Panel } from '../../kit/panel.tsx'
import { ProblemLine } from '../../kit/problem-line.tsx'
import { useWords } from '../../language/use-words.ts'
import { SilenceButton } from '../../maintenance/dialogs.tsx'
import { SilencedLine } from '../../maintenance/silenced-line.tsx'
import { Age } from '../../time/age-shown.tsx'
import classes from './fault-page.module.css'
import { SetLevelButton } from './set-level.tsx'

/** The next steps, under the thumb. */
export function FaultActions({ fault }: { fault: FaultDetail }) {
  const { t } = useWords()
  const can = useCan()
  return (
    <Panel title={t('fault.next')}>
      <div className={classes.steps}>
        {fault.acknowledged !== null && <Acknowledged fault={fault} />}
        <SilencedLine fault={fault} />
        {can('operate') && <Say fault={fault} />}
        {fault.closedAt === null && (
          <SilenceButton
            wide
            target={{
              site: fault.site,
              incident: fault.level === 'L1' && fault.incident !== null,
              ...(fault.device === null ? {} : { device: fault.device }),
            }}
          />
        )}
        {fault.closedAt === null && can('operate') && <SetLevelButton fault={fault} />}
        {fault.device !== null && <DeviceSteps fault={fault} device={`${fault.site}:${fault.device}`} />}
        {fault.device === null && <p className={classes.eventText}>{t('fault.siteSteps')}</p>}
      </div>
    </Panel>
  )
}

function Acknowledged({ fault }: { fault: FaultDetail }) {
  const { t } = useWords()
  const { acknowledged } = fault
  if (acknowledged === null) return null
  return (
    <div className={classes.acknowledged}>
      <IconUserCheck size={18} />
      <div>
        {t('fault.acknowledgedBy', { by: acknowledged.by })} · <Age at={acknowledged.at} site={fault.site} ago />
        {acknowledged.note !== '' && <p className={classes.note}>{acknowledged.note}</p>}
      </div>
    </div>
  )
}

/** Taking the fault on, with a note; once somebody has, notes only. */
function Say({ fault }: { fault: FaultDetail }) {
  const { t } = useWords()
  const client = useQueryClient()
  const [note, setNote] = useState('')
  const isTaken = fault.acknowledged !== null || fault.closedAt !== null
  const say = useMutation({
    mutationFn: (): Promise<Fault> =>
      isTaken ? addNote(fault.id, note.trim()) : acknowledgeFault(fault.id, note.trim()),
    onSuccess: async () => {
      setNote('')
      await client.invalidateQueries({ queryKey: faultQuery(fault.id).queryKey })
    },
  })
  return (
    <form
      className={classes.step}
      onSubmit={(event) => {
        event.preventDefault()
        say.mutate()
      }}
    >
      <Textarea
        aria-label={t('fault.note')}
        placeholder={isTaken ? t('fault.notePlaceholder') : t('fault.noteOptional')}
        autosize
        minRows={1}
        maxRows={6}
        maxLength={2000}
        value={note}
        onChange={(event) => setNote(event.currentTarget.value)}
      />
      <ProblemLine error={say.error} />
      <Button
        type="submit"
        mt={8}
        fullWidth
        variant={isTaken ? 'default' : 'filled'}
        disabled={isTaken && note.trim() === ''}
        loading={say.isPending}
        leftSection={isTaken ? undefined : <IconUserCheck size={18} />}
      >
        {isTaken ? t('fault.addNote') : t('fault.acknowledge')}
      </Button>
    </form>
  )
}

function DeviceSteps({ fault, device: ref }: { fault: FaultDetail; device: string }) {
  const { t } = useWords()
  const can = useCan()
  const { data: device } = useQuery(deviceQuery(ref))
  const command = device === undefined ? null : connectCommand(device)
  return (
    <>
      {can('operate') && fault.closedAt === null && <CheckNow device={ref} />}
      {can('connect') && command !== null && (
        <div className={classes.step}>
          <h3>{t('fault.connect')}</h3>
          <CopyLine text={command} label={t('fault.connect')} />
          <p>{t('fault.connectText')}</p>
        </div>
      )}
    </>
  )
}
