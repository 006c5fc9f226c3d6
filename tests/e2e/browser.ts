/** The system's Chromium, driven as a person would: signed in at the demo's hub. */
import { AxeBuilder } from '@axe-core/playwright'
import { type Browser, chromium, type Page } from 'playwright-core'
import { findProgram } from '../requirements.ts'
import type { Ready } from './demo.ts'

/** Without these, Chromium asks the outside for things that no test needs. */
const args = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

export async function startBrowser(): Promise<Browser> {
  const executablePath = findProgram('chromium')
  if (executablePath === null) throw new Error('Chromium is not installed')
  return chromium.launch({ executablePath, args })
}

export type View = { width: number; height: number; language: 'zh-CN' | 'en'; scheme: 'light' | 'dark' }
export const desk: View = { width: 1440, height: 900, language: 'en', scheme: 'light' }
export const phone: View = { width: 390, height: 844, language: 'zh-CN', scheme: 'dark' }

/** A page of a person who has just signed in; the hub's own authority is not known to the browser. */
export async function signIn(browser: Browser, ready: Ready, view: View): Promise<Page> {
  const context = await browser.newContext({
    ignoreHTTPSErrors: true,
    viewport: { width: view.width, height: view.height },
    locale: view.language,
    colorScheme: view.scheme,
  })
  const page = await context.newPage()
  await page.goto(ready.url)
  await page.locator('input[type=email]').fill(ready.user)
  await page.locator('input[type=password]').fill(ready.password)
  await page.locator('button[type=submit]').click()
  await page.waitForURL((url) => !url.pathname.startsWith('/sign-in'))
  await page.locator('main h1').waitFor()
  return page
}

/** What WCAG 2.2 AA finds wrong on the page that is open, a line each. */
export async function accessibilityProblems(page: Page): Promise<string[]> {
  const { violations } = await new AxeBuilder({ page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'])
    .analyze()
  return violations.map(
    (it) =>
      `${it.id}: ${it.help} (${it.nodes
        .map((node) => node.target.join(' '))
        .slice(0, 3)
        .join('; ')})`,
  )
}
