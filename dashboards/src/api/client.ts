/** The one query client: what is on the screen is kept up by live events, so nothing is asked again without a reason. */
import { MutationCache, QueryCache, QueryClient } from '@tanstack/react-query'
import { isSignedOut, isWorthRetrying } from './call-error.ts'
import { tellSignedOut } from './session.ts'

const maxTries = 2

/** `meta` of the mutations that sign in: a wrong password there is no session that ran out. */
const isSignIn = ({ isSignIn = false }: { isSignIn?: unknown } = {}): boolean => isSignIn === true

export function createQueryClient(): QueryClient {
  const onError = (error: unknown): void => {
    if (isSignedOut(error)) tellSignedOut()
  }
  return new QueryClient({
    queryCache: new QueryCache({ onError }),
    mutationCache: new MutationCache({
      onError: (error, _input, _context, mutation) => {
        if (!isSignIn(mutation.options.meta)) onError(error)
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
