import { callerOf, newKey, post } from '../client/call.ts'
import { sessionOf } from '../client/session.ts'
import type { EndpointName, Input } from '../client/types.ts'
import { type AskOptions, useActBy, useAskBy } from '../client/use.ts'
import { simulator } from '../platform/simulator.ts'

/** The staff session: WeCom's OAuth says who it is; beside the simulator the pretend staff member does. */
const staffSession = sessionOf(
  'staff',
  () => simulator.staffId() ?? '',
  async () => {
    if (simulator.staffId()) return post('staffAuth.signIn', await simulator.staffCode(), { key: newKey() })
    const code = takeCode()
    if (code) return post('staffAuth.signIn', { code }, { key: newKey() })
    const { url } = await post('staffAuth.start', { redirectUri: location.href })
    location.replace(url)
    return new Promise(() => {}) // the page is leaving; it comes back with a code
  },
)

export const staffCall = callerOf(staffSession)

export function useAsk<N extends EndpointName>(name: N, input: Input<N>, options?: AskOptions) {
  return useAskBy(staffCall, name, input, options)
}

export function useAct<N extends EndpointName>(name: N) {
  return useActBy(staffCall, name)
}

/** The OAuth code in the address, taken out of it at once: it is good for one use, and a reload must not try it again. */
function takeCode(): string | null {
  const address = new URL(location.href)
  const code = address.searchParams.get('code')
  if (!code) return null
  address.searchParams.delete('code')
  address.searchParams.delete('state')
  history.replaceState(null, '', address)
  return code
}
