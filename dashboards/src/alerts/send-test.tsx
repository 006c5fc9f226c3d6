import { Button } from '@mantine/core'
import type { Recipient } from '@steward/shared/api'
import { IconSend } from '@tabler/icons-react'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { testRecipient } from '../api/alerts.ts'
import { ProblemLine } from '../kit/problem-line.tsx'
import { useWords } from '../language/use-words.ts'
import { Outcome } from './outcome.tsx'

/** Sends a test to a recipient and says how it went. */
export function SendTest({ recipient }: { recipient: Recipient }) {
  const { t } = useWords()
  const client = useQueryClient()
  const test = useMutation({
    mutationFn: () => testRecipient(recipient.id),
    onSettled: () => client.invalidateQueries({ queryKey: ['deliveries'] }),
  })
  return (
    <>
      <Button
        size="xs"
        variant="default"
        leftSection={<IconSend size={14} />}
        loading={test.isPending}
        onClick={() => test.mutate()}
      >
        {t('recipient.test')}
      </Button>
      {test.data !== undefined && <Outcome ok={test.data.ok} message={test.data.message} />}
      <ProblemLine error={test.error} />
    </>
  )
}
