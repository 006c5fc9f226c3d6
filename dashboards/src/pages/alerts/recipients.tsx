import { Button, Menu } from '@mantine/core'
import type { Recipient } from '@steward/shared/api'
import { IconBell, IconDots, IconPencil, IconTrash } from '@tabler/icons-react'
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import classes from '../../alerts/alerts.module.css'
import { channelOf } from '../../alerts/channels.ts'
import { RecipientForm } from '../../alerts/recipient-form.tsx'
import { SendTest } from '../../alerts/send-test.tsx'
import { recipientsQuery, removeRecipient } from '../../api/alerts.ts'
import { useCan } from '../../api/me.ts'
import { sitesQuery } from '../../api/sites.ts'
import { Dialog } from '../../kit/dialog.tsx'
import { Panel } from '../../kit/panel.tsx'
import { ProblemLine } from '../../kit/problem-line.tsx'
import { Asked, Empty } from '../../kit/states.tsx'
import { useWords } from '../../language/use-words.ts'

export function Recipients({ onAdd }: { onAdd: () => void }) {
  const { t } = useWords()
  const can = useCan()
  const query = useQuery(recipientsQuery)
  const [changed, setChanged] = useState<Recipient | null>(null)
  return (
    <Panel flush>
      <Asked query={query}>
        {(recipients) =>
          recipients.length === 0 ? (
            <Empty
              icon={<IconBell size={40} stroke={1.2} />}
              title={t('alerts.none')}
              action={can('configure') && <Button onClick={onAdd}>{t('recipient.add')}</Button>}
            >
              {t('alerts.noneText')}
            </Empty>
          ) : (
            <ul className={classes.recipients}>
              {recipients.map((it) => (
                <Item key={it.id} recipient={it} onChange={() => setChanged(it)} />
              ))}
            </ul>
          )
        }
      </Asked>
      {changed !== null && (
        <Dialog onClose={() => setChanged(null)} title={changed.name} size="lg">
          <RecipientForm recipient={changed} onDone={() => setChanged(null)} />
        </Dialog>
      )}
    </Panel>
  )
}

function Item({ recipient, onChange }: { recipient: Recipient; onChange: () => void }) {
  const { t, list } = useWords()
  const can = useCan()
  const sites = useQuery(sitesQuery).data ?? []
  const Icon = channelOf(recipient.channel).icon
  const names = recipient.sites.map((id) => sites.find((it) => it.id === id)?.name ?? id)
  return (
    <li className={classes.recipient} data-off={!recipient.enabled || undefined}>
      <span className={classes.icon}>
        <Icon size={20} stroke={1.6} />
      </span>
      <div>
        <div className={classes.name}>{recipient.name}</div>
        <div className={classes.facts}>
          <span>{t(`channel.${recipient.channel}`)}</span>
          <span translate="no">{recipient.shown}</span>
          <span>{t(`recipient.from.${recipient.minLevel}`)}</span>
          <span>{names.length === 0 ? t('recipient.allSites') : list(names)}</span>
          {!recipient.enabled && <span>{t('recipient.off')}</span>}
        </div>
      </div>
      <div className={classes.buttons}>
        <SendTest recipient={recipient} />
        {can('configure') && <More recipient={recipient} onChange={onChange} />}
      </div>
    </li>
  )
}

function More({ recipient, onChange }: { recipient: Recipient; onChange: () => void }) {
  const { t } = useWords()
  const client = useQueryClient()
  const remove = useMutation({
    mutationFn: () => removeRecipient(recipient.id),
    onSuccess: () => client.invalidateQueries({ queryKey: ['recipients'] }),
  })
  return (
    <>
      <Menu>
        <Menu.Target>
          <Button size="xs" variant="default" px={8} aria-label={t('do.more')}>
            <IconDots size={16} />
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item leftSection={<IconPencil size={16} />} onClick={onChange}>
            {t('do.edit')}
          </Menu.Item>
          <Menu.Item color="red" leftSection={<IconTrash size={16} />} onClick={() => remove.mutate()}>
            {t('do.remove')}
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      <ProblemLine error={remove.error} />
    </>
  )
}
