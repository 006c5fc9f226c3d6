import { PasswordInput } from '@mantine/core'
import { useWords } from '../../language/use-words.ts'

export const minPassword = 12

type Field = { value: string; onChange: (event: { currentTarget: { value: string } }) => void; error?: unknown }

/** A new password: long enough, shown on request, kept by the browser if it likes. */
export function NewPassword({ value, onChange, error, label }: Field & { label?: string }) {
  const { t } = useWords()
  const missing = minPassword - value.length
  return (
    <PasswordInput
      label={label ?? t('signIn.newPassword')}
      description={
        missing > 0 && value !== '' ? t('signIn.passwordMore', { count: missing }) : t('signIn.passwordRule')
      }
      autoComplete="new-password"
      value={value}
      onChange={onChange}
      error={typeof error === 'string' ? error : null}
    />
  )
}
