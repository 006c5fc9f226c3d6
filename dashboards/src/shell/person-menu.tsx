import { Menu, useMantineColorScheme } from '@mantine/core'
import {
  IconCheck,
  IconDeviceDesktop,
  IconKeyboard,
  IconLogout,
  IconMoon,
  IconSun,
  IconUserCircle,
} from '@tabler/icons-react'
import { useQueryClient } from '@tanstack/react-query'
import { useNavigate } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { signOut } from '../api/identity.ts'
import { useMe } from '../api/me.ts'
import { languages, showLanguage } from '../language/language.ts'
import { useWords } from '../language/use-words.ts'
import classes from './shell.module.css'

const schemes = [
  { value: 'light', icon: IconSun },
  { value: 'dark', icon: IconMoon },
  { value: 'auto', icon: IconDeviceDesktop },
] as const

export function PersonMenu({ onKeys }: { onKeys: () => void }) {
  const { t } = useWords()
  const { person, key } = useMe()
  const name = person?.name ?? key?.name ?? ''
  return (
    <Menu position="top-start" width={240}>
      <Menu.Target>
        <button type="button" className={classes.item} aria-label={t('shell.person', { name })}>
          <IconUserCircle size={18} stroke={1.6} />
          <span className={`${classes.person} ${classes.wide}`}>{name}</span>
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Label>{person?.email ?? name}</Menu.Label>
        <Choices />
        <Menu.Divider />
        <Menu.Item leftSection={<IconKeyboard size={16} />} onClick={onKeys} visibleFrom="sm">
          {t('keys.title')}
        </Menu.Item>
        <SignOut />
      </Menu.Dropdown>
    </Menu>
  )
}

/** Language and appearance, in any menu. */
export function Choices() {
  const { t, language } = useWords()
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  return (
    <>
      <Menu.Label>{t('shell.language')}</Menu.Label>
      {languages.map((it) => (
        <Choice
          key={it.value}
          chosen={language === it.value}
          onChoose={() => void showLanguage(it.value, { remember: true })}
        >
          {it.name}
        </Choice>
      ))}
      <Menu.Label>{t('shell.appearance')}</Menu.Label>
      {schemes.map(({ value, icon: Icon }) => (
        <Choice
          key={value}
          icon={<Icon size={16} />}
          chosen={colorScheme === value}
          onChoose={() => setColorScheme(value)}
        >
          {t(`shell.scheme.${value}`)}
        </Choice>
      ))}
    </>
  )
}

type ChoiceProps = { chosen: boolean; onChoose: () => void; icon?: ReactNode; children: ReactNode }

function Choice({ chosen, onChoose, icon, children }: ChoiceProps) {
  return (
    <Menu.Item
      closeMenuOnClick={false}
      leftSection={icon}
      rightSection={chosen ? <IconCheck size={16} /> : null}
      role="menuitemradio"
      aria-checked={chosen}
      onClick={onChoose}
    >
      {children}
    </Menu.Item>
  )
}

export function SignOut() {
  const { t } = useWords()
  const client = useQueryClient()
  const navigate = useNavigate()
  const leave = async (): Promise<void> => {
    await signOut()
    await navigate({ to: '/sign-in' })
    client.clear()
  }
  return (
    <Menu.Item leftSection={<IconLogout size={16} />} onClick={() => void leave()}>
      {t('shell.signOut')}
    </Menu.Item>
  )
}
