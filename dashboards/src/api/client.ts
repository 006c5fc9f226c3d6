/** The one query client: what is on the screen is kept up by live events, so nothing is asked again without a reason. */
import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query'
import { isSignedOut, isWorthRetrying } from './call-error.ts'
import { tellSignedOut } from './session.ts'

const maxTries = 2

export function createQueryClient(): QueryClient {
  const onError = (error: unknown): void => {
    if (isSignedOut(error)) tellSignedOut()
  }
  return new QueryClient({
    queryCache: new QueryCache({ onError }),
    mutationCache: new MutationCache({
      onError: (error, _input, _context, mutation) => {
        // A wrong password at sign-in is 401 as well, and nobody was signed in before.
        if (mutation.options.meta?.['isSignIn'] !== true) onError(error)
      },
    }),
    defaultOptions: {
      queries: {
        staleTime: 30_000,
        gcTime: 10 * 60_000,
        retry: (failures, error) => failures < maxTries && isWorthRetrying(error),
        refetchOnWindowFocus: 'always',
      },
      mutations: { retry: false },
    },
  })
}
