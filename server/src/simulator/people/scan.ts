/** The phone's camera: what a code in the world does when a person scans it. */
import { Impossible, type Simulator } from '../simulator.ts'
import { contactWayText } from '../wecom/contact-ways.ts'
import { miniProgramCodeText } from '../weixin/mini-program.ts'
import type { WeChatUser } from '../world.ts'
import { sceneQrByTicket } from './code-tray.ts'
import { type FollowResult, scanSceneQr } from './followers.ts'
import { type AddResult, scanContactWay } from './friends.ts'

export type ScannedCode =
  | { kind: 'contactWay'; id: string }
  | { kind: 'officialAccount'; id: string }
  | { kind: 'miniProgram'; id: string }
  /** The text inside the picture, a config_id or a state: what one may paste. */
  | { kind: 'text'; text: string }

export type ScanResult =
  | AddResult
  | FollowResult
  | { kind: 'miniProgram'; appId: string; page: string; scene: string /** `scene` as onLoad gets it: encoded. */; query: string }
  | { kind: 'text'; text: string }

/** Throws Impossible with WeChat's own kind of words when the code is dead. */
export function scan(sim: Simulator, user: WeChatUser, code: ScannedCode): ScanResult {
  if (code.kind === 'text') return scanText(sim, user, code.text.trim())
  if (code.kind === 'contactWay') {
    for (const corp of sim.world.corps.values()) {
      const way = corp.contactWays.get(code.id)
      if (way) return scanContactWay(sim, user, corp, way)
    }
  } else if (code.kind === 'officialAccount') {
    const found = sceneQrByTicket(sim, code.id)
    if (found) return scanSceneQr(sim, user, found.account, found.qr)
  } else {
    for (const account of sim.world.accounts.values()) {
      const one = account.codes.get(code.id)
      if (one)
        return {
          kind: 'miniProgram',
          appId: account.appId,
          page: one.page,
          scene: one.scene,
          query: `scene=${encodeURIComponent(one.scene)}`,
        }
    }
  }
  throw new Impossible('二维码已失效')
}

function scanText(sim: Simulator, user: WeChatUser, text: string): ScanResult {
  const miniProgram = /^https:\/\/mp\.weixin\.qq\.com\/a\/~~[^~]+~(\w+)$/.exec(text)
  if (miniProgram?.[1]) return scan(sim, user, { kind: 'miniProgram', id: miniProgram[1] })
  for (const corp of sim.world.corps.values()) {
    for (const way of corp.contactWays.values()) {
      if (way.config_id === text || way.state === text || contactWayText(way.config_id) === text || way.qr_code === text)
        return scanContactWay(sim, user, corp, way)
    }
  }
  for (const account of sim.world.accounts.values()) {
    for (const qr of account.sceneQrs.values())
      if (qr.url === text || qr.ticket === text || qr.scene === text) return scanSceneQr(sim, user, account, qr)
    for (const code of account.codes.values()) {
      if (code.scene === text || miniProgramCodeText(account, code.id) === text)
        return scan(sim, user, { kind: 'miniProgram', id: code.id })
    }
  }
  return { kind: 'text', text }
}
