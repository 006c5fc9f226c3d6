import { ActionIcon, Button, Menu, NumberInput, Switch, TextInput } from '@mantine/core'
import type { SystemKind, SystemModel } from '@steward/shared/model'
import { IconPlus, IconX } from '@tabler/icons-react'
import { systemIcon, systemKinds } from '../devices/kinds.ts'
import formClasses from '../kit/form.module.css'
import { isSlug } from '../kit/slug.ts'
import { useWords } from '../language/use-words.ts'
import classes from './inventory.module.css'
import { presetOf } from './system-presets.ts'

type Props = { value: SystemModel[]; onChange: (value: SystemModel[]) => void }

/** The systems of a site and what each is for. */
export function SystemFields({ value, onChange }: Props) {
  const { t } = useWords()
  const add = (kind: SystemKind): void =>
    onChange([
      ...value,
      presetOf(
        kind,
        value.map((it) => it.id),
      ),
    ])
  return (
    <div className={formClasses.items}>
      {value.map((system, i) => (
        <SystemField
          key={system.id}
          system={system}
          onChange={(next) => onChange(value.map((it, at) => (at === i ? next : it)))}
          onRemove={() => onChange(value.filter((_, at) => at !== i))}
        />
      ))}
      <div>
        <Menu position="bottom-start">
          <Menu.Target>
            <Button size="xs" variant="default" leftSection={<IconPlus size={14} />}>
              {t('siteForm.addSystem')}
            </Button>
          </Menu.Target>
          <Menu.Dropdown>
            {systemKinds.map((kind) => {
              const Icon = systemIcon(kind)
              return (
                <Menu.Item key={kind} leftSection={<Icon size={16} />} onClick={() => add(kind)}>
                  {t(`system.${kind}`)}
                </Menu.Item>
              )
            })}
          </Menu.Dropdown>
        </Menu>
      </div>
    </div>
  )
}

type SystemProps = { system: SystemModel; onChange: (system: SystemModel) => void; onRemove: () => void }

function SystemField({ system, onChange, onRemove }: SystemProps) {
  const { t } = useWords()
  const Icon = systemIcon(system.kind)
  const { name: _name, ...unnamed } = system
  const set = (index: number, part: Partial<SystemModel['functions'][number]>): void =>
    onChange({ ...system, functions: system.functions.map((it, i) => (i === index ? { ...it, ...part } : it)) })
  const addFunction = (): void => {
    let id = 'function'
    for (let i = 2; system.functions.some((it) => it.id === id); i += 1) id = `function-${i}`
    onChange({ ...system, functions: [...system.functions, { id, essential: false }] })
  }
  return (
    <section className={classes.system}>
      <header className={classes.systemHead}>
        <Icon size={18} stroke={1.6} />
        <span translate="no">{system.id}</span>
        <TextInput
          size="xs"
          className={classes.systemName ?? ''}
          aria-label={t('siteForm.systemName')}
          placeholder={t(`system.${system.kind}`)}
          maxLength={120}
          value={system.name ?? ''}
          onChange={(event) => {
            const name = event.currentTarget.value
            onChange(name === '' ? unnamed : { ...system, name })
          }}
        />
        <ActionIcon aria-label={t('siteForm.removeSystem', { id: system.id })} onClick={onRemove}>
          <IconX size={16} />
        </ActionIcon>
      </header>
      {system.functions.map((it, i) => (
        <div key={String(i)} className={classes.function}>
          <FunctionName value={it.id} onChange={(id) => set(i, { id })} />
          <Switch
            size="xs"
            label={t('siteForm.essential')}
            checked={it.essential}
            onChange={(event) =>
              set(
                i,
                event.currentTarget.checked
                  ? { essential: true, paralysedBelow: it.paralysedBelow ?? 0.5 }
                  : { essential: false },
              )
            }
          />
          {it.essential && (
            <NumberInput
              size="xs"
              className={classes.share ?? ''}
              aria-label={t('siteForm.paralysedBelow')}
              prefix={t('siteForm.paralysedPrefix')}
              suffix=" %"
              min={1}
              max={100}
              value={Math.round((it.paralysedBelow ?? 0.5) * 100)}
              onChange={(value) => set(i, { paralysedBelow: Math.min(1, Math.max(0.01, Number(value) / 100)) })}
            />
          )}
          <ActionIcon
            aria-label={t('siteForm.removeFunction', { id: it.id })}
            onClick={() => onChange({ ...system, functions: system.functions.filter((_, at) => at !== i) })}
          >
            <IconX size={14} />
          </ActionIcon>
        </div>
      ))}
      <div>
        <Button
          size="compact-xs"
          variant="subtle"
          color="gray"
          leftSection={<IconPlus size={12} />}
          onClick={addFunction}
        >
          {t('siteForm.addFunction')}
        </Button>
      </div>
    </section>
  )
}

function FunctionName({ value, onChange }: { value: string; onChange: (value: string) => void }) {
  const { t } = useWords()
  return (
    <TextInput
      size="xs"
      className={classes.functionName ?? ''}
      aria-label={t('siteForm.function')}
      spellCheck={false}
      error={!isSlug(value)}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  )
}
