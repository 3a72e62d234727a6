/** open.weixin's OAuth page for WeCom: in the client nobody sees it; in a browser one says here who one is. Contract C13. */
import { randomText } from '../crypto.ts'
import type { Answer, Call, RouteTable } from '../origin.ts'
import type { Simulator } from '../simulator.ts'
import type { Corp } from '../world.ts'

const CODE_LIFETIME_MS = 300_000

/** A code for auth/getuserinfo: once, for five minutes. */
export function staffCode(sim: Simulator, corp: Corp, userid: string): string {
  for (const [old, { expiresAtMs }] of corp.oauthCodes) if (expiresAtMs < sim.now()) corp.oauthCodes.delete(old)
  const code = randomText(43)
  corp.oauthCodes.set(code, { userid, expiresAtMs: sim.now() + CODE_LIFETIME_MS })
  sim.changed()
  return code
}

function authorize({ sim, query, url }: Call): Answer {
  const corp = sim.world.corps.get(query.get('appid') ?? '')
  const target = query.get('redirect_uri') ?? ''
  if (!corp || !/^https?:\/\//.test(target)) return page('链接参数错误，请检查 appid 和 redirect_uri', 400)
  const userid = query.get('sim_staff')
  if (userid && corp.members.has(userid)) {
    const back = new URL(target)
    back.searchParams.set('code', staffCode(sim, corp, userid))
    back.searchParams.set('state', query.get('state') ?? '')
    return { status: 302, contentType: 'text/html', body: '', headers: { location: back.toString() } }
  }
  const links = [...corp.members.values()]
    .filter(member => !member.hasLeft)
    .map(
      member =>
        `<li><a href="${escaped(`${url.split('#')[0]}&sim_staff=${encodeURIComponent(member.userid)}`)}">${escaped(member.name)}</a></li>`,
    )
  return page(`<h1>以哪位员工的身份打开？</h1><ul>${links.join('')}</ul>`, 200)
}

function page(html: string, status: number): Answer {
  const body = `<!doctype html><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>企业微信 (模拟)</title><body style="font:16px/2 sans-serif;max-width:30em;margin:2em auto;padding:0 1em">${html}`
  return { status, contentType: 'text/html; charset=UTF-8', body }
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, letter => `&#${letter.charCodeAt(0)};`)
}

export const signInPageRoutes: RouteTable = { 'GET /connect/oauth2/authorize': authorize }
