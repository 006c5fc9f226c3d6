import { notifications } from '@mantine/notifications'
import type { SiteSummary } from '@steward/shared/api'
import { IconPlus, IconRadar2 } from '@tabler/icons-react'
import { useNavigate } from '@tanstack/react-router'
import { ImportDevices } from '../../inventory/import-devices.tsx'
import formClasses from '../../kit/form.module.css'
import { LinkButton } from '../../kit/link-button.tsx'
import { Panel } from '../../kit/panel.tsx'
import { useWords } from '../../language/use-words.ts'
import type { GuideStep } from '../../search.ts'
import { DeviceBar } from '../../sites/device-bar.tsx'

export function GuideDevices({ site, next }: { site: SiteSummary; next: GuideStep }) {
  const { t } = useWords()
  const navigate = useNavigate()
  return (
    <Panel title={t('guide.devicesOf', { site: site.name })}>
      <div className={formClasses.items}>
        {site.devices.total > 0 && <DeviceBar devices={site.devices} />}
        <ImportDevices
          site={site.id}
          beside={
            <>
              <LinkButton
                to="/sites/$site/discovery"
                params={{ site: site.id }}
                variant="default"
                size="xs"
                leftSection={<IconRadar2 size={14} />}
              >
                {t('discovery.orFind')}
              </LinkButton>
              <LinkButton
                to="/sites/$site/devices/new"
                params={{ site: site.id }}
                variant="default"
                size="xs"
                leftSection={<IconPlus size={14} />}
              >
                {t('guide.oneByOne')}
              </LinkButton>
            </>
          }
          onDone={(count) => {
            notifications.show({ message: t('import.done', { count }) })
            void navigate({ to: '/guide', search: { step: next } })
          }}
        />
        {site.devices.total > 0 && (
          <div className={formClasses.buttons}>
            <LinkButton to="/guide" search={{ step: next }} variant="default">
              {t('guide.next')}
            </LinkButton>
          </div>
        )}
      </div>
    </Panel>
  )
}
