import type { staff as contract, InputOf } from '@banyan/shared'
import { type Ctx, config, findIn, notFound, randomToken, refused, staffOf, transaction } from '../core/index.ts'
import { brandOfId, connectionOf, connectionsOf, openSession, storeOfId } from '../platform/index.ts'
import { jsTicketSignature, userInfoByCode } from '../wecom/index.ts'
import { factsOf, withStoreNames } from './staff-facts.ts'
import { StaffMember } from './staff-member.ts'
import { syncOne } from './sync-staff.ts'

type Contract = typeof contract

/** The address that asks WeCom who is here; it comes back to `redirectUri` with a code. Only to ourselves: a code is a sign-in. */
export async function startSignIn(_ctx: Ctx, { redirectUri, corpId }: InputOf<Contract['staffAuth.start']>) {
  if (!isOurs(redirectUri))
    throw refused('input.invalid', { field: 'redirectUri', reason: 'must be an address of this installation' })
  const corp = await corpOf(corpId)
  // the simulator answers for open.weixin.qq.com on its api.weixin origin
  const host = config.hasSimulator ? config.wechatApiUrl : 'https://open.weixin.qq.com'
  const query = new URLSearchParams({
    appid: corp.externalId,
    redirect_uri: redirectUri,
    response_type: 'code',
    scope: 'snsapi_base',
    state: randomToken(12).replace(/[^A-Za-z0-9]/g, ''),
    agentid: String(corp.config.agentId ?? ''),
  })
  return { url: `${host}/connect/oauth2/authorize?${query}#wechat_redirect`, corpId: corp.externalId }
}

/** Signs a staff member in with the code. Throws wecom.codeInvalid, wecom.notStaff, staff.unknown, staff.left, staff.noStore. */
export async function signInStaff(ctx: Ctx, { code, corpId }: InputOf<Contract['staffAuth.signIn']>) {
  const corp = await corpOf(corpId)
  const { userId } = await userInfoByCode(corp.externalId, code)
  if (!userId) throw refused('wecom.notStaff')
  const known = await StaffMember.findOne({ where: { corpId: corp.externalId, userId } })
  const member = known?.status === 'active' ? known : await syncOne(ctx, corp.externalId, userId)
  if (!member) throw refused(known ? 'staff.left' : 'staff.unknown')
  // without a store he would have no brand, and a session without a brand sees all of them
  if (!member.storeId || !member.brandId) throw refused('staff.noStore')

  const { token, expiresAt } = await transaction(() =>
    openSession(ctx, { type: 'staff', id: member.id, name: member.name, brandId: member.brandId, storeIds: [member.storeId!] }),
  )
  const [view] = await withStoreNames(ctx, [factsOf(member, ctx.now)])
  return { token, expiresAt, staff: view! }
}

export async function staffMe(ctx: Ctx) {
  const member = await findIn(ctx, StaffMember, staffOf(ctx))
  const [view] = await withStoreNames(ctx, [factsOf(member, ctx.now)])
  const store = member.storeId ? await storeOfId(member.storeId) : null
  const brand = member.brandId ? await brandOfId(member.brandId) : null
  return { staff: view!, store, brand }
}

/** Signatures for the sidebar's page. Throws input.invalid for a page that is not ours. */
export async function jsConfig(ctx: Ctx, { url }: InputOf<Contract['staff.jsConfig']>) {
  if (!isOurs(url)) throw refused('input.invalid', { field: 'url', reason: 'must be an address of this installation' })
  const member = await StaffMember.findByPk(staffOf(ctx))
  if (!member) throw notFound('staff', staffOf(ctx))
  const connection = await connectionOf('wecom', { externalId: member.corpId })
  const signatures = await jsTicketSignature(member.corpId, url)
  return { corpId: member.corpId, agentId: String(connection.config.agentId ?? ''), ...signatures }
}

async function corpOf(corpId: string | undefined) {
  if (corpId) return connectionOf('wecom', { externalId: corpId })
  const [only] = await connectionsOf('wecom')
  if (!only) throw refused('connection.missing', { type: 'wecom' })
  return only
}

/** Our own origin; on a developer's machine also its other names. */
function isOurs(address: string): boolean {
  const { origin, hostname } = new URL(address)
  if (origin === new URL(config.publicUrl).origin) return true
  return !config.isProduction && (hostname === 'localhost' || hostname === '127.0.0.1')
}
