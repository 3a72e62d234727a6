import { platform } from '../platform/index.ts'
import { callerOf, newKey, post } from './call.ts'
import { sessionOf } from './session.ts'

/** The scene of the live code this visit began with: it travels with sign-in and with joining, so that the code gets its due. */
let visitScene: string | undefined

export function rememberScene(scene: string | undefined) {
  if (scene) visitScene = scene
}

export const sceneOfVisit = () => visitScene

/** The consumer's session: opened silently from a wx.login code, which asks the person nothing. */
export const personSession = sessionOf('person', platform.owner, async () => {
  const [appId, code] = [await platform.appId(), await platform.loginCode()]
  return post('memberAuth.signIn', { appId, code, scene: visitScene }, { key: newKey() })
})

export const call = callerOf(personSession)
