import { platform } from '../platform/index.ts'
import { callerOf, newKey, post } from './call.ts'
import { sessionOf } from './session.ts'

/** The scene of the live code this visit began with: it travels with sign-in and with joining, so that the code gets its due. */
let visitScene: string | undefined

export function rememberScene(scene: string | undefined) {
  if (scene) visitScene = scene
}

export const sceneOfVisit = () => visitScene

/** What of the link's parameters says where somebody came from; the server knows which of them count. */
const LANDING = /^(utm_\w+|\w*(vid|clid|click_?id|track_id)|qz_gdt)$/i
let visitQuery: Record<string, string> | undefined

/** A link or an ad opened the visit: it is told with the sign-in, also by who is signed in already. */
export function rememberLanding(query: Readonly<Record<string, string | undefined>>) {
  const kept = Object.entries(query).filter((one): one is [string, string] => LANDING.test(one[0]) && Boolean(one[1]))
  if (kept.length === 0) return
  visitQuery = Object.fromEntries(kept.slice(0, 20).map(([key, value]) => [key, value.slice(0, 500)]))
  personSession.renew()
}

/** The consumer's session: opened silently from a wx.login code, which asks the person nothing. */
export const personSession = sessionOf('person', platform.owner, async () => {
  const [appId, code] = [await platform.appId(), await platform.loginCode()]
  const opened = await post('memberAuth.signIn', { appId, code, scene: visitScene, query: visitQuery }, { key: newKey() })
  platform.write(demoKey(), opened.isDemo ? 'yes' : null)
  return opened
})

const demoKey = () => `banyan.demo.${platform.owner()}`

/** The brand's people and orders are made up; known once the session is open. */
export const isDemoBrand = () => platform.read(demoKey()) !== null

export const call = callerOf(personSession)
