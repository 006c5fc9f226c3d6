import { Button, CopyButton } from '@mantine/core'
import { IconCheck, IconCopy } from '@tabler/icons-react'
import { useWords } from '../language/use-words.ts'
import classes from './copy-line.module.css'

/** One line to copy. It can be selected as well, for browsers that do not let a script copy. */
export function CopyLine({ text, label }: { text: string; label?: string }) {
  const { t } = useWords()
  return (
    <div className={classes.line}>
      <code className={classes.text} translate="no">
        {text}
      </code>
      <CopyButton value={text} timeout={2000}>
        {({ copied, copy }) => (
          <Button
            size="xs"
            variant="default"
            className={classes.button ?? ''}
            onClick={copy}
            leftSection={copied ? <IconCheck size={14} /> : <IconCopy size={14} />}
            aria-label={label === undefined ? t('do.copy') : t('do.copyWhat', { what: label })}
          >
            <span aria-live="polite">{copied ? t('do.copied') : t('do.copy')}</span>
          </Button>
        )}
      </CopyButton>
    </div>
  )
}
