import { Button, CloseButton, Menu } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { IconPlayerPause, IconPlayerPlay, IconRouter, IconTool } from '@tabler/icons-react'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useSiteAgents } from '../../agents/use-site-agents.ts'
import { changeDevices } from '../../api/devices.ts'
import { addMaintenance, renewPlan } from '../../api/maintenance.ts'
import { useCan } from '../../api/me.ts'
import classes from '../../devices/devices.module.css'
import { useProblem } from '../../kit/problem.ts'
import { useWords } from '../../language/use-words.ts'
import { maintenanceHours, windowFromNow } from './maintenance-window.ts'

type Props = { site: string; chosen: ReadonlySet<string>; onDone: () => void }

/** What can be done with the ticked devices at once. */
export function BulkBar({ site, chosen, onDone }: Props) {
  const { t, count } = useWords()
  const can = useCan()
  const run = useBulk(site, chosen, onDone)
  const agents = useSiteAgents(site)
  return (
    <div className={classes.bulk} role="toolbar" aria-label={t('devices.bulk')}>
      <span>{t('devices.chosen', { count: chosen.size, value: count(chosen.size) })}</span>
      {can('operate') && (
        <Menu position="top">
          <Menu.Target>
            <Button size="xs" variant="default" leftSection={<IconTool size={14} />} loading={run.isPending}>
              {t('maintenance.start')}
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            {maintenanceHours.map((hours) => (
              <Menu.Item key={hours} onClick={() => run.mutate({ hours })}>
                {t('maintenance.forHours', { count: hours })}
              </Menu.Item>
            ))}
          </Menu.Dropdown>
        </Menu>
      )}
      {can('configure') && (
        <>
          {agents.length > 1 && (
            <Menu position="top">
              <Menu.Target>
                <Button size="xs" variant="default" leftSection={<IconRouter size={14} />} loading={run.isPending}>
                  {t('agents.give')}
                </Button>
              </Menu.Target>
              <Menu.Dropdown>
                {agents.map((it) => (
                  <Menu.Item key={it.id} onClick={() => run.mutate({ agent: it.name })}>
                    {it.name}
                  </Menu.Item>
                ))}
              </Menu.Dropdown>
            </Menu>
          )}
          <Button
            size="xs"
            variant="default"
            leftSection={<IconPlayerPlay size={14} />}
            onClick={() => run.mutate({ enabled: true })}
          >
            {t('devices.enable')}
          </Button>
          <Button
            size="xs"
            variant="default"
            leftSection={<IconPlayerPause size={14} />}
            onClick={() => run.mutate({ enabled: false })}
          >
            {t('devices.disable')}
          </Button>
        </>
      )}
      <CloseButton aria-label={t('devices.chooseNone')} onClick={onDone} />
    </div>
  )
}

function useBulk(site: string, chosen: ReadonlySet<string>, onDone: () => void) {
  const { t } = useWords()
  const client = useQueryClient()
  const problem = useProblem()
  return useMutation({
    mutationFn: async (what: { hours: number } | { enabled: boolean } | { agent: string }) => {
      const devices = [...chosen]
      if (!('hours' in what)) await changeDevices(site, { devices, ...what })
      else await addMaintenance(site, { ...windowFromNow(what.hours), devices })
    },
    onSuccess: async () => {
      notifications.show({ message: t('devices.bulkDone', { count: chosen.size }) })
      onDone()
      await client.invalidateQueries({ queryKey: ['devices', site] })
      await renewPlan(client)
    },
    // What was ticked stays ticked, to try again.
    onError: (error) => {
      const { title, detail } = problem(error)
      notifications.show({ color: 'red', title, message: detail ?? '' })
    },
  })
}
