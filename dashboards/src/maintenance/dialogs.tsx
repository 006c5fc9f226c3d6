import { Button } from '@mantine/core'
import { IconBellOff, IconTool } from '@tabler/icons-react'
import { type ReactNode, useState } from 'react'
import { useCan } from '../api/me.ts'
import { Dialog } from '../kit/dialog.tsx'
import { useWords } from '../language/use-words.ts'
import type { Planned } from './plan.ts'
import { SilenceForm } from './silence-form.tsx'
import type { SilenceTarget } from './silence-values.ts'
import { MaintenanceForm } from './window-form.tsx'

/** A window or a silence that is there, to be changed. */
export function PlanDialog({ planned, onClose }: { planned: Planned; onClose: () => void }) {
  const { t } = useWords()
  return planned.kind === 'window' ? (
    <Dialog onClose={onClose} title={`${t('maintenance.change')} · ${planned.window.siteName}`} size="lg">
      <MaintenanceForm window={planned.window} onDone={onClose} />
    </Dialog>
  ) : (
    <Dialog onClose={onClose} title={t('silence.change')} size="lg">
      <SilenceForm silence={planned.silence} onDone={onClose} />
    </Dialog>
  )
}

type MaintenanceProps = { site?: string | undefined; device?: string | undefined; label?: string }

/** Plans maintenance of what the page is about. */
export function MaintenanceButton({ site, device, label }: MaintenanceProps) {
  const { t } = useWords()
  return (
    <Opening icon={<IconTool size={16} />} text={label ?? t('maintenance.open')} title={t('maintenance.new')}>
      {(close) => <MaintenanceForm site={site} device={device} onDone={close} />}
    </Opening>
  )
}

/** Silences what the page is about. */
export function SilenceButton({ target, wide = false }: { target?: SilenceTarget; wide?: boolean }) {
  const { t } = useWords()
  return (
    <Opening icon={<IconBellOff size={16} />} text={t('silence.open')} title={t('silence.new')} wide={wide}>
      {(close) => <SilenceForm target={target} onDone={close} />}
    </Opening>
  )
}

type OpeningProps = {
  icon: ReactNode
  text: string
  title: string
  wide?: boolean
  children: (close: () => void) => ReactNode
}

function Opening({ icon, text, title, wide = false, children }: OpeningProps) {
  const can = useCan()
  const [isOpen, setIsOpen] = useState(false)
  const close = (): void => setIsOpen(false)
  if (!can('operate')) return null
  return (
    <>
      <Button variant="default" fullWidth={wide} leftSection={icon} onClick={() => setIsOpen(true)}>
        {text}
      </Button>
      {isOpen && (
        <Dialog onClose={close} title={title} size="lg">
          {children(close)}
        </Dialog>
      )}
    </>
  )
}
