import './theme/global.css'
import '@mantine/core/styles.layer.css'
import '@mantine/notifications/styles.layer.css'
import { localStorageColorSchemeManager, MantineProvider } from '@mantine/core'
import { Notifications } from '@mantine/notifications'
import { QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { config } from 'zod'
import { createQueryClient } from './api/client.ts'
import { startLanguage } from './language/language.ts'
import { createAppRouter } from './router.tsx'
import { cssVariables, theme } from './theme/theme.ts'

// The content security policy allows no code made of text, so zod must not even try.
config({ jitless: true })

const client = createQueryClient()
const router = createAppRouter(client)
const schemes = localStorageColorSchemeManager({ key: 'steward-scheme' })

const root = document.getElementById('root')
if (root === null) throw new Error('the page has no place for the app')

await startLanguage()
createRoot(root).render(
  <StrictMode>
    <MantineProvider
      theme={theme}
      cssVariablesResolver={cssVariables}
      colorSchemeManager={schemes}
      defaultColorScheme="auto"
    >
      <Notifications position="bottom-right" autoClose={5000} />
      <QueryClientProvider client={client}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </MantineProvider>
  </StrictMode>,
)
