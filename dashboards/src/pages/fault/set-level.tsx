import { Button, SegmentedControl, Textarea } from '@mantine/core'
import type { FaultDetail } from '@steward/shared/api'
import { FaultLevel } from '@steward/shared/model'
import { IconAdjustments } from '@tabler/icons-react'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { faultQuery, setFaultLevel } from '../../api/faults.ts'
import { Dialog } from '../../kit/dialog.tsx'
import { ProblemLine } from '../../kit/problem-line.tsx'
import { useWords } from '../../language/use-words.ts'

/** A person knows better what a device means here: the level by hand, with a reason, or as judged again. */
export function SetLevelButton({ fault }: { fault: FaultDetail }) {
  const { t } = useWords()
  const [isOpen, setIsOpen] = useState(false)
  return (
    <>
      <Button variant="default" fullWidth leftSection={<IconAdjustments size={18} />} onClick={() => setIsOpen(true)}>
        {t('fault.setLevel')}
      </Button>
      {isOpen && (
        <Dialog title={t('fault.setLevelTitle')} onClose={() => setIsOpen(false)}>
          <SetLevelForm fault={fault} onDone={() => setIsOpen(false)} />
        </Dialog>
      )}
    </>
  )
}

const judged = 'judged'

function SetLevelForm({ fault, onDone }: { fault: FaultDetail; onDone: () => void }) {
  const { t } = useWords()
  const client = useQueryClient()
  const [chosen, setChosen] = useState<string>(fault.level)
  const [reason, setReason] = useState('')
  const level = FaultLevel.safeParse(chosen).data ?? null
  const save = useMutation({
    mutationFn: () => setFaultLevel(fault.id, level, reason.trim()),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: faultQuery(fault.id).queryKey })
      onDone()
    },
  })
  const levels = FaultLevel.options.map((it) => ({ value: String(it), label: String(it) }))
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        save.mutate()
      }}
    >
      <p>{t('fault.levelText')}</p>
      <SegmentedControl
        fullWidth
        aria-label={t('fault.setLevelTitle')}
        data={fault.levelByHand === null ? levels : [...levels, { value: judged, label: t('fault.asJudged') }]}
        value={chosen}
        onChange={setChosen}
      />
      <Textarea
        mt={16}
        label={t('fault.levelReason')}
        required
        autosize
        minRows={2}
        maxLength={2000}
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
      />
      <ProblemLine error={save.error} />
      <Button type="submit" mt={16} fullWidth disabled={reason.trim() === ''} loading={save.isPending}>
        {level === null ? t('fault.asJudged') : t(`level.${level}`)}
      </Button>
    </form>
  )
}
