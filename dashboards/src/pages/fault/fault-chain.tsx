import type { FaultDetail } from '@steward/shared/api'
import { useMemo } from 'react'
import { useDevicesById } from '../../devices/use-devices-by-id.ts'
import { DeviceBox } from '../../drawing/device-box.tsx'
import { treeOf } from '../../drawing/tree.ts'
import { TreeDrawing } from '../../drawing/tree-drawing.tsx'
import formClasses from '../../kit/form.module.css'
import { Panel } from '../../kit/panel.tsx'
import { useWords } from '../../language/use-words.ts'
import { markOfDevice } from '../../marks/mark-kind.ts'

/** From the cause to everything that cannot do its work because of it. */
export function FaultChain({ fault }: { fault: FaultDetail }) {
  const { t } = useWords()
  const devices = useDevicesById(fault.site)
  const tree = useMemo(
    () => (fault.device === null ? null : treeOf(fault.device, fault.chains)),
    [fault.device, fault.chains],
  )
  if (tree === null || fault.chains.length === 0) {
    return (
      <Panel title={t('fault.chain')} aside={t('faults.affects', { count: fault.affected.length })}>
        <p className={formClasses.hint}>{fault.affected.join(', ')}</p>
      </Panel>
    )
  }
  return (
    <Panel flush title={t('fault.chain')} aside={t('faults.affects', { count: fault.affected.length })}>
      <TreeDrawing
        tree={tree}
        label={t('fault.chain')}
        draw={(id, isRoot) => {
          const device = devices.get(id)
          const now = device === undefined ? 'affected' : markOfDevice(device)
          return (
            <DeviceBox
              site={fault.site}
              id={id}
              name={device?.name ?? id}
              mark={isRoot ? fault.level : fault.closedAt === null && now === 'well' ? 'affected' : now}
              isCause={isRoot}
            />
          )
        }}
      />
    </Panel>
  )
}
