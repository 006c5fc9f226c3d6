import { Button } from '@mantine/core'
import { IconRefresh } from '@tabler/icons-react'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { checkDevice } from '../api/devices.ts'
import { ProblemLine } from '../kit/problem-line.tsx'
import { useWords } from '../language/use-words.ts'
import { Mark } from '../marks/mark.tsx'
import classes from './devices.module.css'

/** Has the agent ask the device now, and says what came of it. */
export function CheckNow({ device }: { device: string }) {
  const { t, count } = useWords()
  const client = useQueryClient()
  const check = useMutation({
    mutationFn: () => checkDevice(device),
    onSuccess: () => client.invalidateQueries({ queryKey: ['points', device] }),
  })
  const { data } = check
  return (
    <div>
      <Button
        variant="default"
        fullWidth
        leftSection={<IconRefresh size={16} />}
        loading={check.isPending}
        onClick={() => check.mutate()}
      >
        {t('devices.checkNow')}
      </Button>
      <div aria-live="polite" className={classes.checked}>
        {data !== undefined && (
          <>
            <Mark kind={data.ok ? 'well' : 'affected'} size={14} silent />
            {data.ok ? t('devices.checkedOk', { ms: count(Math.round(data.tookMs)) }) : t('devices.checkedBad')}{' '}
            {data.message}
          </>
        )}
      </div>
      <ProblemLine error={check.error} />
    </div>
  )
}
