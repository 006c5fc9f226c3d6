import { notifications } from '@mantine/notifications'
import type { LinkDecision } from '@steward/shared/api'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { decideLinks } from '../../api/links.ts'
import { useProblem } from '../../kit/problem.ts'

/** Says what is so; the drawing follows, since what is confirmed is needed from then on. */
export function useDecide(site: string) {
  const client = useQueryClient()
  const problem = useProblem()
  return useMutation({
    mutationFn: (it: LinkDecision) => decideLinks(site, it),
    onSuccess: async (links) => {
      client.setQueryData(['links', site, null], links)
      await client.invalidateQueries({ queryKey: ['links', site] })
      await client.invalidateQueries({ queryKey: ['topology', site] })
    },
    onError: (error) => {
      const { title, detail } = problem(error)
      notifications.show({ color: 'red', title, message: detail ?? '' })
    },
  })
}
