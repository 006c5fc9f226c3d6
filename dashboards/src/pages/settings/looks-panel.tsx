import { SegmentedControl, useMantineColorScheme } from '@mantine/core'
import formClasses from '../../kit/form.module.css'
import { Panel } from '../../kit/panel.tsx'
import { languages, showLanguage } from '../../language/language.ts'
import { useWords } from '../../language/use-words.ts'

const schemes = ['light', 'dark', 'auto'] as const

/** Language and appearance in this browser. */
export function LooksPanel() {
  const { t, language } = useWords()
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  return (
    <Panel title={t('settings.looks')}>
      <div className={formClasses.buttons}>
        <SegmentedControl
          aria-label={t('shell.language')}
          data={languages.map((it) => ({ value: it.value, label: it.name }))}
          value={language}
          onChange={(value) => {
            const chosen = languages.find((it) => it.value === value)
            if (chosen !== undefined) void showLanguage(chosen.value, { remember: true })
          }}
        />
        <SegmentedControl
          aria-label={t('shell.appearance')}
          data={schemes.map((it) => ({ value: it, label: t(`shell.scheme.${it}`) }))}
          value={colorScheme}
          onChange={(value) => setColorScheme(schemes.find((it) => it === value) ?? 'auto')}
        />
      </div>
    </Panel>
  )
}
