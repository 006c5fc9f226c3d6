import { Button, TextInput } from '@mantine/core'
import type { Membership } from '@steward/shared/api'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { invite } from '../../api/access.ts'
import { useIsCompanyAdministrator } from '../../api/me.ts'
import { CopyLine } from '../../kit/copy-line.tsx'
import formClasses from '../../kit/form.module.css'
import { ProblemLine } from '../../kit/problem-line.tsx'
import { useWords } from '../../language/use-words.ts'
import { MembershipFields } from './membership-fields.tsx'

/** Invites a person by mail; the link is shown once as well, for the case that no mail arrives. */
export function InviteForm({ onClose }: { onClose: () => void }) {
  const { t } = useWords()
  const client = useQueryClient()
  const isCompany = useIsCompanyAdministrator()
  const [email, setEmail] = useState('')
  const [memberships, setMemberships] = useState<Membership[]>(isCompany ? [{ role: 'engineer', customer: null }] : [])
  const send = useMutation({
    mutationFn: () => invite({ email: email.trim(), memberships }),
    onSuccess: () => client.invalidateQueries({ queryKey: ['invitations'] }),
  })
  if (send.data !== undefined) {
    return (
      <div className={formClasses.items}>
        <p className={formClasses.hint}>{t('people.invited', { email: send.data.email })}</p>
        <CopyLine text={send.data.link} label={t('people.link')} />
        <div className={formClasses.buttons}>
          <Button onClick={onClose}>{t('do.done')}</Button>
        </div>
      </div>
    )
  }
  return (
    <form
      className={formClasses.items}
      onSubmit={(event) => {
        event.preventDefault()
        send.mutate()
      }}
    >
      <TextInput
        data-autofocus
        label={t('signIn.email')}
        type="email"
        value={email}
        onChange={(event) => setEmail(event.currentTarget.value)}
      />
      <MembershipFields value={memberships} onChange={setMemberships} />
      <ProblemLine error={send.error} />
      <div className={formClasses.buttons}>
        <Button type="submit" loading={send.isPending} disabled={!email.includes('@') || memberships.length === 0}>
          {t('people.send')}
        </Button>
      </div>
    </form>
  )
}
