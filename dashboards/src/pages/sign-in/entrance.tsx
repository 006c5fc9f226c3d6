import { Menu, UnstyledButton } from '@mantine/core'
import { IconLanguage } from '@tabler/icons-react'
import { type ReactNode, useEffect } from 'react'
import { useWords } from '../../language/use-words.ts'
import { Logo } from '../../shell/logo.tsx'
import { Choices } from '../../shell/person-menu.tsx'
import classes from './entrance.module.css'

/** The quiet page in front of the app: one thing to do, in the reader's language. */
export function Entrance({ title, text, wide = false, children }: Props) {
  const { t } = useWords()
  useEffect(() => {
    document.title = `${title} · Steward`
  }, [title])
  return (
    <div className={classes.page}>
      <header className={classes.top}>
        <span className={classes.brand}>
          <Logo size={28} />
          {t('shell.product')}
        </span>
        <Menu width={220}>
          <Menu.Target>
            <UnstyledButton className={classes.language} aria-label={t('shell.languageAndAppearance')}>
              <IconLanguage size={20} stroke={1.6} />
            </UnstyledButton>
          </Menu.Target>
          <Menu.Dropdown>
            <Choices />
          </Menu.Dropdown>
        </Menu>
      </header>
      <main className={classes.card} data-wide={wide || undefined}>
        <h1 className={classes.title}>{title}</h1>
        {text !== undefined && <p className={classes.text}>{text}</p>}
        {children}
      </main>
    </div>
  )
}

type Props = { title: string; text?: ReactNode; wide?: boolean; children: ReactNode }
