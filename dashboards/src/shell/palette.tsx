import { Modal } from '@mantine/core'
import { IconSearch } from '@tabler/icons-react'
import { type KeyboardEvent, type ReactNode, useEffect, useId, useRef, useState } from 'react'
import { useWords } from '../language/use-words.ts'
import classes from './palette.module.css'
import { usePaletteHits } from './use-palette-hits.ts'

/** One thing that was found, or can be done. */
export type Hit = { key: string; group: string; icon: ReactNode; text: string; note?: string; run: () => void }

/** Find anything: sites, devices, faults, people, pages; keyboard and thumb alike. */
export default function Palette({ onClose }: { onClose: () => void }) {
  const { t } = useWords()
  const [query, setQuery] = useState('')
  const [at, setAt] = useState(0)
  const list = useRef<HTMLDivElement>(null)
  const id = useId()
  const { hits, isSearching } = usePaletteHits(query.trim())
  const active = Math.min(at, Math.max(0, hits.length - 1))

  useEffect(() => {
    list.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: 'nearest' })
  })
  const run = (hit: Hit | undefined): void => {
    if (hit === undefined) return
    onClose()
    hit.run()
  }
  const press = (event: KeyboardEvent): void => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0
    if (step !== 0 && hits.length > 0) {
      event.preventDefault()
      setAt((active + step + hits.length) % hits.length)
    } else if (event.key === 'Enter' && !event.nativeEvent.isComposing) {
      event.preventDefault()
      run(hits[active])
    }
  }
  return (
    <Modal
      opened
      onClose={onClose}
      withCloseButton={false}
      attributes={{ content: { 'aria-label': t('shell.search') } }}
      padding={0}
      size={600}
      yOffset="12dvh"
      centered={false}
    >
      <div className={classes.field}>
        <IconSearch size={18} />
        <input
          // The palette was asked for by key or tap to type into it.
          data-autofocus
          className={classes.input}
          role="combobox"
          aria-expanded
          aria-controls={id}
          aria-activedescendant={hits[active] === undefined ? undefined : `${id}-${active}`}
          aria-label={t('shell.search')}
          placeholder={t('palette.placeholder')}
          value={query}
          onChange={(event) => {
            setQuery(event.currentTarget.value)
            setAt(0)
          }}
          onKeyDown={press}
        />
      </div>
      <div ref={list} id={id} role="listbox" aria-label={t('palette.results')} className={classes.list}>
        {hits.map((hit, i) => (
          <Row
            key={hit.key}
            id={`${id}-${i}`}
            hit={hit}
            heading={hits[i - 1]?.group === hit.group ? null : hit.group}
            selected={i === active}
            onHover={() => setAt(i)}
            onRun={() => run(hit)}
          />
        ))}
        {hits.length === 0 && (
          <p className={classes.nothing}>{isSearching ? t('palette.searching') : t('palette.nothing', { query })}</p>
        )}
      </div>
    </Modal>
  )
}

type RowProps = {
  id: string
  hit: Hit
  heading: string | null
  selected: boolean
  onHover: () => void
  onRun: () => void
}

function Row({ id, hit, heading, selected, onHover, onRun }: RowProps) {
  return (
    <>
      {heading !== null && <div className={classes.group}>{heading}</div>}
      <button
        type="button"
        id={id}
        role="option"
        aria-selected={selected}
        tabIndex={-1}
        className={classes.hit}
        onPointerMove={onHover}
        onClick={onRun}
      >
        <span className={classes.icon}>{hit.icon}</span>
        <span className={classes.text}>{hit.text}</span>
        {hit.note !== undefined && <span className={classes.note}>{hit.note}</span>}
      </button>
    </>
  )
}
