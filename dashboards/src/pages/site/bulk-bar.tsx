import { Button, CloseButton, Menu } from '@mantine/core'
import { notifications } from '@mantine/notifications'
import { IconPlayerPause, IconPlayerPlay, IconTool } from '@tabler/icons-react'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { switchDevices } from '../../api/devices.ts'
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
    mutationFn: async (what: { hours: number } | { enabled: boolean }) => {
      const devices = [...chosen]
      if ('enabled' in what) await switchDevices(site, { devices, enabled: what.enabled })
      else await addMaintenance(site, { ...windowFromNow(what.hours), devices })
    },
    onSuccess: async () => {
      notifications.show({ message: t('devices.bulkDone', { count: chosen.size }) })
      onDone()
      await renewPlan(client)
    },
    // What was ticked stays ticked, to try again.
    onError: (error) => {
      const { title, detail } = problem(error)
      notifications.show({ color: 'red', title, message: detail ?? '' })
    },
  })
}
