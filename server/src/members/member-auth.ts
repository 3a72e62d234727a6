import { type InputOf, landingOf, type members } from '@banyan/shared'
import {
  brandOf,
  brandScope,
  type Ctx,
  dayIn,
  insertOne,
  mustSeeBrand,
  personOf,
  publish,
  refused,
  rows,
  sql,
  transaction,
} from '../core/index.ts'
import { canonicalId, identifiersOf, openidOf, phoneOf, resolve } from '../identity/index.ts'
import { brandOfId, connectionOf, findConnection, openSession } from '../platform/index.ts'
import { phoneOf as askPhone, code2Session } from '../wechat/index.ts'
import { memberSessionOpened } from './events.ts'
import { memberOf } from './join-member.ts'
import { linkContact } from './link-contact.ts'
import { memberView, personView } from './read-members.ts'

type Members = typeof members

/** What the platform charges per phone asked for, when the connection does not say otherwise. */
const PHONE_COST_FEN = 3

/**
 * A mini-program session from a `wx.login` code. Nothing is asked of the consumer: the openid (and unionid, when the platform gives it)
 * says who he is, the phone is given later or never.
 */
export async function signIn(ctx: Ctx, { appId, code, scene, query }: InputOf<Members['memberAuth.signIn']>) {
  const app = await findConnection('miniProgram', { externalId: appId })
  if (!app?.brandId) throw refused('memberAuth.appUnknown', { field: 'appId' })
  const { brandId } = app
  const { openid, unionid } = await code2Session(appId, code)
  return transaction(async () => {
    const identifiers = [
      { type: 'openid', scope: appId, value: openid },
      ...(unionid ? [{ type: 'unionid', scope: '', value: unionid }] : []),
    ]
    const { personId, isNew } = await resolve(ctx, { identifiers, brandId, source: 'miniProgram' })
    const person = await personView(personId)
    const session = await openSession(ctx, { type: 'person', id: personId, name: person.name, brandId })
    await publish(
      { ...ctx, brandId },
      memberSessionOpened,
      {
        personId,
        brandId,
        appId,
        openid,
        scene: scene || null,
        landing: landingOf(query ?? {}),
        isNewPerson: isNew,
        at: ctx.now,
      },
      { subject: `person:${personId}` },
    )
    if (unionid) await linkContact.later({ ...ctx, brandId }, { personId, openid, unionid })
    const member = await memberOf(personId, brandId)
    return {
      ...session,
      person,
      brandId,
      isDemo: (await brandOfId(brandId)).isDemo,
      member: member ? await memberView(member) : null,
      isPhoneKnown: person.phoneMasked !== null,
    }
  })
}

/**
 * The phone from a `getPhoneNumber` code. Each asking costs the brand money, so a phone that is known is never asked for; every asking
 * and every one that was spared is kept. Without a phone everything else goes on working.
 */
export async function givePhone(ctx: Ctx, { code }: InputOf<Members['memberAuth.phone']>) {
  const brandId = brandOf(ctx)
  const personId = await canonicalId(personOf(ctx))
  const app = await connectionOf('miniProgram', { brandId })
  if (await phoneOf(personId)) {
    await noteAsk(ctx, { brandId, appId: app.externalId, personId, outcome: 'spared', costFen: 0 })
    return answerOf(ctx, personId, brandId, false)
  }
  const { phone, countryCode } = await askPhone(app.externalId, code)
  const owner = await transaction(async () => {
    const openid = await openidOf(personId, app.externalId)
    const known = openid ? { type: 'openid', scope: app.externalId, value: openid } : (await identifiersOf(personId))[0]
    if (!known) throw refused('access.signedOut')
    const found = await resolve(ctx, {
      identifiers: [
        { type: known.type, scope: known.scope, value: known.value },
        { type: 'phone', scope: '', value: `+${countryCode}${phone}` },
      ],
      brandId,
      source: 'miniProgram',
    })
    await noteAsk(ctx, {
      brandId,
      appId: app.externalId,
      personId: found.personId,
      outcome: 'asked',
      costFen: Number(app.config.phoneCostFen ?? PHONE_COST_FEN),
    })
    return found.personId
  })
  return answerOf(ctx, owner, brandId, true)
}

async function answerOf(ctx: Ctx, personId: number, brandId: number, isCharged: boolean) {
  const person = await personView(personId)
  const member = await memberOf(personId, brandId)
  const session =
    personId === ctx.personId ? null : await openSession(ctx, { type: 'person', id: personId, name: person.name, brandId })
  return {
    personId,
    phoneMasked: person.phoneMasked ?? '',
    member: member ? await memberView(member) : null,
    isCharged,
    token: session?.token ?? null,
  }
}

async function noteAsk(
  ctx: Ctx,
  ask: { brandId: number; appId: string; personId: number; outcome: 'asked' | 'spared'; costFen: number },
): Promise<void> {
  await insertOne('phone_asks', { ...ask, at: ctx.now })
}

/** How often the phone was asked for, how often it was not needed, and the cost, by month (newest first, at most 24). */
export async function phoneMeter(ctx: Ctx, { brandId }: InputOf<Members['memberAuth.phoneMeter']>) {
  if (brandId !== undefined) mustSeeBrand(ctx, brandId)
  const brands = brandId === undefined ? brandScope(ctx) : [brandId]
  // Months are of the brand's zone, so they are made here, from sums by hour (zones differ by whole hours here).
  const found = await rows<{ at: Date; outcome: string; n: number; cost: number }>(
    sql`SELECT MIN(at) AS at, outcome, COUNT(*) AS n, SUM(cost_fen) AS cost FROM phone_asks WHERE ${brands ? sql`brand_id IN (${brands})` : sql`1 = 1`}
      GROUP BY SUBSTR(at, 1, 13), outcome ORDER BY 1 DESC LIMIT 20000`,
  )
  const months = new Map<string, { month: string; askedCount: number; savedCount: number; costFen: number }>()
  for (const { at, outcome, n, cost } of found) {
    const month = dayIn(at).slice(0, 7)
    const one = months.get(month) ?? { month, askedCount: 0, savedCount: 0, costFen: 0 }
    if (outcome === 'asked') one.askedCount += Number(n)
    else one.savedCount += Number(n)
    one.costFen += Number(cost)
    months.set(month, one)
  }
  return [...months.values()].slice(0, 24)
}
