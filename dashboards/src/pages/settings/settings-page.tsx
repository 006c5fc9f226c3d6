import { MailPanel } from '../../alerts/mail-form.tsx'
import { useIsCompanyAdministrator } from '../../api/me.ts'
import { Page } from '../../kit/page.tsx'
import { useWords } from '../../language/use-words.ts'
import { CompanyPanel } from './company-panel.tsx'
import { DeadManPanel } from './dead-man-panel.tsx'
import { LooksPanel } from './looks-panel.tsx'
import { PasswordPanel } from './password-panel.tsx'
import { SecondFactorPanel } from './second-factor-panel.tsx'

/** One's own settings first; those of the company for who may change them. */
export function SettingsPage() {
  const { t } = useWords()
  const isCompany = useIsCompanyAdministrator()
  return (
    <Page title={t('nav.settings')} narrow>
      <LooksPanel />
      <SecondFactorPanel />
      <PasswordPanel />
      {isCompany && (
        <>
          <CompanyPanel />
          <MailPanel />
          <DeadManPanel />
        </>
      )}
    </Page>
  )
}
