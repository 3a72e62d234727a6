import { endpoints } from '@banyan/shared'
import {
  keepPreviousData,
  QueryClient,
  type UseMutationOptions,
  type UseQueryOptions,
  useMutation,
  useQuery,
  useQueryClient,
} from '@tanstack/react-query'
import { useRef } from 'react'
import { currentLocale } from '../i18n.ts'
import { type CommandName, call, type Input, type Output, type QueryName } from './call.ts'
import { CallError } from './errors.ts'
import { intentions } from './intention.ts'
import { brandNow } from './session.ts'

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 10_000,
      refetchOnWindowFocus: false,
      // What the server refused will be refused again; only silence and 5xx are worth another try.
      retry: (failures, error) => failures < 2 && error instanceof CallError && error.isUnsure,
    },
  },
})

type QueryOptions<N extends QueryName> = Omit<UseQueryOptions<Output<N>, Error>, 'queryKey' | 'queryFn'> & {
  keepPrevious?: boolean
}

/** Reads an endpoint; answers are cached per brand, language and input. */
export function useCall<N extends QueryName>(name: N, input: Input<N>, { keepPrevious, ...options }: QueryOptions<N> = {}) {
  return useQuery<Output<N>, Error>({
    queryKey: keyOf(name, input),
    queryFn: ({ signal }) => call(name, input, { signal }),
    ...(keepPrevious ? { placeholderData: keepPreviousData as never } : {}),
    ...options,
  })
}

export const keyOf = (name: string, input?: unknown) =>
  input === undefined ? [brandNow(), name, currentLocale()] : [brandNow(), name, currentLocale(), input]

type CommandOptions<N extends CommandName> = Omit<UseMutationOptions<Output<N>, Error, Input<N>>, 'mutationFn'> & {
  /** Endpoints (or prefixes such as `coupons.`) whose cached answers this command makes stale. Default: its own module. */
  refreshes?: string[]
}

/**
 * Changes something. The idempotency key belongs to the intention: it stays the same while the same input is sent again
 * after silence or a server failure, and is new after any definite answer.
 */
export function useCommand<N extends CommandName>(name: N, { refreshes, onSuccess, ...options }: CommandOptions<N> = {}) {
  const client = useQueryClient()
  const sent = useRef(intentions())
  return useMutation<Output<N>, Error, Input<N>>({
    mutationFn: async input => {
      const idempotencyKey = sent.current.keyFor(JSON.stringify(input))
      try {
        const output = await call(name, input, { idempotencyKey })
        sent.current.end(false)
        return output
      } catch (error) {
        sent.current.end(error instanceof CallError && error.isUnsure)
        throw error
      }
    },
    retry: (failures, error) => failures < 1 && error instanceof CallError && error.status === 0,
    onSuccess: async (...args) => {
      await refresh(client, refreshes ?? [`${name.split('.')[0]}.`])
      await onSuccess?.(...args)
    },
    ...options,
  })
}

/** Marks cached answers stale: exact endpoint names, or prefixes that end with a dot. */
export function refresh(client: QueryClient, names: string[]) {
  return client.invalidateQueries({
    predicate: ({ queryKey }) => {
      const name = String(queryKey[1])
      return names.some(wanted => (wanted.endsWith('.') ? name.startsWith(wanted) : name === wanted))
    },
  })
}

/** Whether the server of this build knows an endpoint; used to hide what is not there yet. */
export const hasEndpoint = (name: string) => name in endpoints
