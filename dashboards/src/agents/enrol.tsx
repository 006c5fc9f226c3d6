import { Button, TextInput } from '@mantine/core'
import type { Enrolment, EnrolmentCreated } from '@steward/shared/api'
import { IconCheck } from '@tabler/icons-react'
import { useMutation, useQuery } from '@tanstack/react-query'
import { type ReactNode, useState } from 'react'
import type { z } from 'zod'
import { enrolmentQuery, makeEnrolment } from '../api/fleet.ts'
import { CopyLine } from '../kit/copy-line.tsx'
import formClasses from '../kit/form.module.css'
import { ProblemLine } from '../kit/problem-line.tsx'
import { useWords } from '../language/use-words.ts'
import { spanOf } from '../time/age.ts'
import { writeSpan } from '../time/age-shown.tsx'
import { useNow } from '../time/now.ts'
import classes from './agents.module.css'
import { runCommand, stateOfStep, steps } from './enrol-steps.ts'
import { useSiteAgents } from './use-site-agents.ts'

type Created = z.output<typeof EnrolmentCreated>

/** Enrolling the agent of a site: one line to copy, then what happens, as it happens. */
export function Enrol({ site, onDone }: { site: string; onDone?: ReactNode }) {
  const { t } = useWords()
  const [name, setName] = useState('')
  const hasAgents = useSiteAgents(site).length > 0
  const make = useMutation({
    mutationFn: () => makeEnrolment({ site, ...(name.trim() === '' ? {} : { name: name.trim() }) }),
  })
  const made = make.data
  if (made === undefined || made.site !== site) {
    return (
      <div className={formClasses.items}>
        <p className={formClasses.hint}>{t('enrol.text')}</p>
        {hasAgents && (
          <TextInput
            label={t('agents.name')}
            description={t('enrol.another')}
            maxLength={120}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
          />
        )}
        <ProblemLine error={make.error} />
        <div className={formClasses.buttons}>
          <Button onClick={() => make.mutate()} loading={make.isPending}>
            {t('enrol.make')}
          </Button>
        </div>
      </div>
    )
  }
  return <Live created={made} onAgain={() => make.mutate()} isMaking={make.isPending} onDone={onDone} />
}

type LiveProps = { created: Created; onAgain: () => void; isMaking: boolean; onDone: ReactNode }

function Live({ created, onAgain, isMaking, onDone }: LiveProps) {
  const words = useWords()
  const { t } = words
  const { data } = useQuery(enrolmentQuery(created.id))
  const now = useNow(1000)
  const state = data?.state ?? created.state
  const leftMs = Date.parse(created.expiresAt) - now
  const isOver = state === 'expired' || state === 'withdrawn' || (state === 'waiting' && leftMs <= 0)
  if (isOver) {
    return (
      <div className={formClasses.items}>
        <p className={formClasses.hint}>{state === 'withdrawn' ? t('enrol.withdrawn') : t('enrol.expired')}</p>
        <div className={formClasses.buttons}>
          <Button onClick={onAgain} loading={isMaking}>
            {t('enrol.again')}
          </Button>
        </div>
      </div>
    )
  }
  return (
    <div className={formClasses.items}>
      {state === 'waiting' && (
        <>
          <p className={formClasses.hint}>{t('enrol.copy')}</p>
          <CopyLine text={`${created.command} && ${runCommand}`} label={t('enrol.line')} />
          <p className={formClasses.hint}>{t('enrol.left', { span: writeSpan(words, spanOf(leftMs)) })}</p>
        </>
      )}
      <Steps state={state} />
      {state === 'reading' && onDone}
    </div>
  )
}

function Steps({ state }: { state: Enrolment['state'] }) {
  const { t } = useWords()
  return (
    <ol className={classes.steps} aria-live="polite">
      {steps.map((step) => {
        const at = stateOfStep(step, state)
        return (
          <li key={step} className={classes.step} data-state={at}>
            <span className={classes.dot}>{at === 'done' && <IconCheck size={14} stroke={3} />}</span>
            <div>
              <div className={classes.stepName}>{t(`enrol.step.${step}`)}</div>
              {at === 'now' && <div className={classes.stepText}>{t(`enrol.stepText.${step}`)}</div>}
            </div>
          </li>
        )
      })}
    </ol>
  )
}
