import { useQuery } from '@tanstack/react-query'
import { MailPanel } from '../../alerts/mail-form.tsx'
import { RecipientForm } from '../../alerts/recipient-form.tsx'
import { SendTest } from '../../alerts/send-test.tsx'
import { recipientsQuery } from '../../api/alerts.ts'
import { useIsCompanyAdministrator } from '../../api/me.ts'
import formClasses from '../../kit/form.module.css'
import { Panel } from '../../kit/panel.tsx'
import { Asked } from '../../kit/states.tsx'
import { useWords } from '../../language/use-words.ts'

/** A recipient, and a test that arrives. */
export function GuideAlerts() {
  const { t } = useWords()
  const isCompany = useIsCompanyAdministrator()
  const query = useQuery(recipientsQuery)
  return (
    <>
      <Panel title={t('guide.step.alerts')}>
        <Asked query={query}>
          {(recipients) =>
            recipients.length === 0 ? (
              <RecipientForm onDone={() => undefined} />
            ) : (
              <div className={formClasses.items}>
                <p className={formClasses.hint}>{t('guide.testText')}</p>
                {recipients.map((it) => (
                  <div key={it.id} className={formClasses.item}>
                    <div className={formClasses.grow}>
                      {it.name} · {it.shown}
                    </div>
                    <SendTest recipient={it} />
                  </div>
                ))}
              </div>
            )
          }
        </Asked>
      </Panel>
      {isCompany && <MailPanel />}
    </>
  )
}
