import { Button, Group, Menu, Text, TextInput } from '@mantine/core'
import type { Agent } from '@steward/shared/api'
import { IconDots, IconPencil, IconTrash } from '@tabler/icons-react'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { renameAgent, revokeAgent } from '../api/fleet.ts'
import { Dialog } from '../kit/dialog.tsx'
import formClasses from '../kit/form.module.css'
import { ProblemLine } from '../kit/problem-line.tsx'
import { useWords } from '../language/use-words.ts'

/** Renaming an agent, and ending it for good. */
export function ManageAgent({ agent }: { agent: Agent }) {
  const { t } = useWords()
  const [open, setOpen] = useState<'rename' | 'revoke' | null>(null)
  const close = (): void => setOpen(null)
  return (
    <>
      <Menu>
        <Menu.Target>
          <Button variant="default" size="xs" px={8} aria-label={t('do.more')}>
            <IconDots size={16} />
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<IconPencil size={16} />} onClick={() => setOpen('rename')}>
            {t('agents.rename')}
          </Menu.Item>
          <Menu.Item color="red" leftSection={<IconTrash size={16} />} onClick={() => setOpen('revoke')}>
            {t('agents.revoke')}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {open === 'rename' && <Rename agent={agent} onClose={close} />}
      {open === 'revoke' && <Revoke agent={agent} onClose={close} />}
    </>
  )
}

function Rename({ agent, onClose }: { agent: Agent; onClose: () => void }) {
  const { t } = useWords()
  const client = useQueryClient()
  const [name, setName] = useState(agent.name)
  const rename = useMutation({
    mutationFn: () => renameAgent(agent.id, name.trim()),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['agents'] })
      onClose()
    },
  })
  return (
    <Dialog onClose={onClose} title={t('agents.rename')}>
      <form
        className={formClasses.items}
        onSubmit={(event) => {
          event.preventDefault()
          rename.mutate()
        }}
      >
        <TextInput
          data-autofocus
          label={t('agents.name')}
          maxLength={120}
          value={name}
          onChange={(event) => setName(event.currentTarget.value)}
        />
        <ProblemLine error={rename.error} />
        <Button type="submit" loading={rename.isPending} disabled={name.trim() === ''}>
          {t('do.save')}
        </Button>
      </form>
    </Dialog>
  )
}

function Revoke({ agent, onClose }: { agent: Agent; onClose: () => void }) {
  const { t } = useWords()
  const client = useQueryClient()
  const revoke = useMutation({
    mutationFn: () => revokeAgent(agent.id),
    onSuccess: async () => {
      await client.invalidateQueries()
      onClose()
    },
  })
  return (
    <Dialog onClose={onClose} title={t('agents.revokeTitle', { name: agent.name })}>
      <div className={formClasses.items}>
        <Text size="sm">{t('agents.revokeText')}</Text>
        <ProblemLine error={revoke.error} />
        <Group justify="flex-end" gap="sm">
          <Button variant="default" onClick={onClose}>
            {t('do.cancel')}
          </Button>
          <Button color="red" loading={revoke.isPending} onClick={() => revoke.mutate()}>
            {t('agents.revoke')}
          </Button>
        </Group>
      </div>
    </Dialog>
  )
}
