/** All codes of the world that one could scan, with their pictures. */
import { qrPng } from '../qr-image.ts'
import type { Simulator } from '../simulator.ts'
import { contactWayText } from '../wecom/contact-ways.ts'
import { miniProgramCodeText } from '../weixin/mini-program.ts'
import type { Account, SceneQr } from '../world.ts'

export type TrayCode = {
  kind: 'contactWay' | 'officialAccount' | 'miniProgram'
  id: string
  /** Whose code: the corp or the app. */
  owner: string
  title: string
  /** State or scene, as the callback will bring it. */
  state: string
  note: string
  createdAtMs: number
}

const TRAY_MAX = 200

export function sceneQrByTicket(sim: Simulator, ticket: string): { account: Account; qr: SceneQr } | null {
  for (const account of sim.world.accounts.values()) {
    const qr = account.sceneQrs.get(ticket)
    if (qr) return { account, qr }
  }
  return null
}

/** At most 200 codes: WeCom's first, then the newest; `search` looks into title, state and owner. */
export function listCodes(sim: Simulator, search = ''): TrayCode[] {
  const codes: TrayCode[] = []
  for (const corp of sim.world.corps.values()) {
    for (const way of corp.contactWays.values()) {
      const names = way.user.map(userid => corp.members.get(userid)?.name ?? userid)
      codes.push({
        kind: 'contactWay',
        id: way.config_id,
        owner: corp.name,
        title: way.remark || names.slice(0, 2).join('、') || '联系我',
        state: way.state ?? '',
        note: `${names.slice(0, 3).join('、')}${names.length > 3 ? ` 等 ${names.length} 人` : ''}`,
        createdAtMs: way.createdAtMs,
      })
    }
  }
  for (const account of sim.world.accounts.values()) {
    for (const qr of account.sceneQrs.values()) {
      codes.push({
        kind: 'officialAccount',
        id: qr.ticket,
        owner: account.name,
        title: account.name,
        state: qr.scene,
        note: qr.isPermanent ? '永久二维码' : '临时二维码',
        createdAtMs: qr.createdAtMs,
      })
    }
    for (const code of account.codes.values()) {
      codes.push({
        kind: 'miniProgram',
        id: code.id,
        owner: account.name,
        title: account.name,
        state: code.scene,
        note: code.page || '首页',
        createdAtMs: code.createdAtMs,
      })
    }
  }
  const wanted = search.trim().toLowerCase()
  const found = wanted
    ? codes.filter(code => `${code.title} ${code.state} ${code.owner} ${code.note}`.toLowerCase().includes(wanted))
    : codes
  const rank = { contactWay: 0, miniProgram: 1, officialAccount: 2 } // friends first: the story begins there
  return found.sort((a, b) => rank[a.kind] - rank[b.kind] || b.createdAtMs - a.createdAtMs).slice(0, TRAY_MAX)
}

/** The picture of one code, or null when it is gone. */
export async function codePicture(sim: Simulator, kind: string, id: string): Promise<Buffer | null> {
  if (kind === 'contactWay') {
    const isKnown = [...sim.world.corps.values()].some(corp => corp.contactWays.has(id))
    return isKnown ? await qrPng(contactWayText(id), 280) : null
  }
  if (kind === 'officialAccount') {
    const found = sceneQrByTicket(sim, id)
    return found ? await qrPng(found.qr.url, 280) : null
  }
  for (const account of sim.world.accounts.values())
    if (account.codes.has(id)) return await qrPng(miniProgramCodeText(account, id), 280, '#1F7A4D')
  return null
}
