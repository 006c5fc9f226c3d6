import { Checkbox, Select, TextInput, Tooltip } from '@mantine/core'
import type { DiscoveredDevice } from '@steward/shared/api'
import { DeviceKind, type SystemModel } from '@steward/shared/model'
import deviceClasses from '../../devices/devices.module.css'
import { type Column, Rows } from '../../kit/rows.tsx'
import { useWords } from '../../language/use-words.ts'
import classes from './discovery.module.css'
import { type Draft, type Drafts, functionsToChoose, type Wanted, wantedOf, withKind } from './drafts.ts'
import { What } from './known-rows.tsx'

type Props = {
  found: readonly DiscoveredDevice[]
  systems: readonly SystemModel[]
  drafts: Drafts
  /** addresses */
  chosen: ReadonlySet<string>
  wrong: ReadonlyMap<string, 'slug' | 'taken'>
  /** left out: only shown */
  edit?: { draft(address: string, draft: Draft): void; choose(address: string, isChosen: boolean): void }
}

/** New devices, each with what it would be; a person ticks and corrects. */
export function FoundRows(props: Props) {
  const { t } = useWords()
  const { found, drafts, chosen, edit } = props
  const functions = functionsToChoose(found, drafts, props.systems)
  const fieldsOf = (it: DiscoveredDevice) => {
    const field = { ...props, it, functions, wanted: wantedOf(it, drafts) }
    return { id: <IdField {...field} />, kind: <KindField {...field} />, serves: <ServesField {...field} /> }
  }
  const tick: Column<DiscoveredDevice> = {
    key: 'tick',
    title: '',
    width: '20px',
    cell: (it) => (
      <Checkbox
        size="xs"
        aria-label={t('devices.choose', { name: it.proposal.name })}
        checked={chosen.has(it.address)}
        onChange={(event) => edit?.choose(it.address, event.currentTarget.checked)}
      />
    ),
  }
  const columns: Column<DiscoveredDevice>[] = [
    ...(edit === undefined ? [] : [tick]),
    {
      key: 'device',
      title: t('devices.device'),
      width: '6fr',
      cell: (it) => (
        <>
          <What it={it} />
          {edit !== undefined && <div className={classes.fields}>{Object.values(fieldsOf(it))}</div>}
        </>
      ),
    },
    {
      key: 'id',
      title: t('discovery.id'),
      width: '4fr',
      from: 'sm',
      cell: (it) => fieldsOf(it).id,
    },
    { key: 'kind', title: t('devices.kind'), width: '4fr', from: 'sm', cell: (it) => fieldsOf(it).kind },
    { key: 'serves', title: t('devices.serves'), width: '4fr', from: 'md', cell: (it) => fieldsOf(it).serves },
    {
      key: 'needs',
      title: t('needs.needs'),
      width: '3fr',
      from: 'lg',
      cell: (it) => (
        <span className={`${deviceClasses.cut} ${deviceClasses.dim}`}>
          {it.proposal.needs.map((one) => one.join(' | ')).join(', ') || '–'}
        </span>
      ),
    },
  ]
  return (
    <Rows
      label={t('discovery.found')}
      columns={columns}
      rows={found}
      keyOf={(it) => it.address}
      height={56}
      phoneHeight={196}
    />
  )
}

type Field = Props & { it: DiscoveredDevice; wanted: Wanted; functions: readonly string[] }

function IdField({ it, wanted, wrong, drafts, edit }: Field) {
  const { t } = useWords()
  const why = wrong.get(it.address)
  if (edit === undefined) return <span className={deviceClasses.cut}>{wanted.id}</span>
  return (
    <Tooltip label={why === undefined ? '' : t(`form.${why}`)} disabled={why === undefined} opened={why !== undefined}>
      <TextInput
        size="xs"
        key="id"
        aria-label={t('discovery.idOf', { address: it.address })}
        value={wanted.id}
        error={why !== undefined}
        spellCheck={false}
        onChange={(event) => edit.draft(it.address, { ...drafts.get(it.address), id: event.currentTarget.value })}
      />
    </Tooltip>
  )
}

function KindField({ it, wanted, drafts, systems, edit }: Field) {
  const { t } = useWords()
  if (edit === undefined) {
    return <span className={deviceClasses.cut}>{t(`deviceKind.${wanted.kind}`)}</span>
  }
  return (
    <Select
      size="xs"
      key="kind"
      aria-label={t('discovery.kindOf', { address: it.address })}
      data={DeviceKind.options
        .filter((kind) => kind !== 'channel')
        .map((value) => ({ value, label: t(`deviceKind.${value}`) }))}
      allowDeselect={false}
      value={wanted.kind}
      onChange={(value) => {
        const kind = DeviceKind.options.find((one) => one === value)
        if (kind !== undefined) edit.draft(it.address, withKind(drafts.get(it.address) ?? {}, kind, systems))
      }}
    />
  )
}

function ServesField({ it, wanted, functions, drafts, edit }: Field) {
  const { t } = useWords()
  if (edit === undefined) return <span className={deviceClasses.cut}>{wanted.function ?? '–'}</span>
  return (
    <Select
      size="xs"
      key="serves"
      aria-label={t('discovery.servesOf', { address: it.address })}
      placeholder={t('discovery.servesNothing')}
      data={functions}
      clearable
      value={wanted.function}
      onChange={(value) => edit.draft(it.address, { ...drafts.get(it.address), function: value })}
    />
  )
}
