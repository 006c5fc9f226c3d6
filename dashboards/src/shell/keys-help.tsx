import { Kbd } from '@mantine/core'
import { useCan } from '../api/me.ts'
import { Dialog } from '../kit/dialog.tsx'
import { useWords } from '../language/use-words.ts'
import { destinations } from './destinations.ts'
import classes from './palette.module.css'

export default function KeysHelp({ onClose }: { onClose: () => void }) {
  const { t } = useWords()
  const can = useCan()
  const lines = [
    { keys: ['/', 'Ctrl K'], what: t('keys.palette') },
    { keys: ['?'], what: t('keys.help') },
    { keys: ['j', 'k'], what: t('keys.walk') },
    { keys: ['Enter'], what: t('keys.open') },
    ...destinations
      .filter((it) => can(it.needs))
      .map((it) => ({ keys: [`g ${it.key}`], what: t('keys.go', { where: t(`nav.${it.name}`) }) })),
  ]
  return (
    <Dialog onClose={onClose} title={t('keys.title')} size="sm">
      <dl className={classes.keys}>
        {lines.map(({ keys, what }) => (
          <div key={what}>
            <dt>{what}</dt>
            <dd>
              {keys.map((it) => (
                <Kbd key={it}>{it}</Kbd>
              ))}
            </dd>
          </div>
        ))}
      </dl>
    </Dialog>
  )
}
