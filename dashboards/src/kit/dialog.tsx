import { Modal, type ModalProps } from '@mantine/core'
import type { ReactNode } from 'react'
import { useWords } from '../language/use-words.ts'

type Props = { title: string; onClose: () => void; size?: NonNullable<ModalProps['size']>; children: ReactNode }

/** A question or a small form over the page. */
export function Dialog({ title, onClose, size = 'md', children }: Props) {
  const { t } = useWords()
  return (
    <Modal opened onClose={onClose} title={title} size={size} closeButtonProps={{ 'aria-label': t('do.close') }}>
      {children}
    </Modal>
  )
}
