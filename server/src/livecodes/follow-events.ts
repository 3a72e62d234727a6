import { type contactAdded, type contactRemoved, relationOfId } from '../contacts/index.ts'
import { type Ctx, type EventDef, phrase, systemCtx, transaction } from '../core/index.ts'
import { groupBy, personByIdentifier, resolve } from '../identity/index.ts'
import { findConnection } from '../platform/index.ts'
import { putFacts } from '../selection/index.ts'
import { staffByIds } from '../staff/index.ts'
import { putTag, tagsById } from '../tags/index.ts'
import { recordTracks } from '../tracking/index.ts'
import { isGatewayError, userInfo } from '../wechat/index.ts'
import { countHappened, type Happened } from './counters.ts'
import type { LiveCode } from './live-code.ts'
import { mirrorChannels, mirrorFriends } from './mirror.ts'
import { codeOfScene } from './scenes.ts'
import { lastTouches, lastTouchOfOpenid, noteTouches, type Touch } from './touches.ts'

type PayloadOf<E> = E extends EventDef<infer T> ? T : never
type Added = PayloadOf<typeof contactAdded>
type Removed = PayloadOf<typeof contactRemoved>

/** A customer added a staff member: kept as a track and a fact; through a code it is counted, and the code is one of his channels from now on. */
export async function creditAdded(
  ctx: Ctx,
  { state, staffId, storeId, personId, relationId, addedAt, brandId: ofStaff }: Added,
): Promise<void> {
  const code = state ? await codeOfScene(state) : null
  const brandId = code?.brandId ?? ofStaff
  const key = `contact:${relationId}:${addedAt.getTime()}`
  if (code) {
    await noteTouches(ctx, [
      { key, codeId: code.id, staffId, brandId: code.brandId, personId, openid: null, kind: 'add', at: addedAt },
    ])
    await countHappened(ctx, [{ codeId: code.id, staffId, at: addedAt, adds: 1 }])
    await mirrorChannels(ctx, [personId])
  }
  if (brandId === null) return
  if (ofStaff !== null) await mirrorFriends(ctx, ofStaff, [personId])
  const staffName = staffId ? ((await staffByIds([staffId], ctx.now)).get(staffId)?.name ?? '') : ''
  const properties = { staffName, ...texts({ staffId, storeId, codeId: code?.id ?? null }) }
  await recordTracks(ctx, brandId, [{ personId, name: 'contact_added', occurredAt: addedAt, messageId: key, properties }])
}

function texts(ids: Record<string, number | null>): Record<string, string> {
  return Object.fromEntries(Object.entries(ids).flatMap(([name, id]) => (id === null ? [] : [[name, String(id)]])))
}

/** Our own tags of the code, on the person. A tag that was removed meanwhile is left out. */
export async function tagPerson(ctx: Ctx, scene: string, personId: number): Promise<void> {
  const code = scene ? await codeOfScene(scene) : null
  if (!code || code.tagIds.length === 0) return
  for (const tag of await tagsById(ctx, code.tagIds)) {
    await putTag(ctx, { tagId: tag.id, personIds: [personId], source: 'livecode', why: code.name })
  }
}

const partedBy = {
  staff: phrase('店员', 'staff'),
  person: phrase('客户', 'person'),
  transfer: phrase('转接', 'transfer'),
  unknown: phrase('未知', 'unknown'),
}

/** They parted: a loss of the code that had brought him. A transfer is none. */
export async function countLoss(ctx: Ctx, removed: Removed): Promise<void> {
  const { relationId, personId, state, staffId, brandId, removedAt, removedBy } = removed
  const code = await codeOfScene(state || (await relationOfId(relationId))?.state || '')
  if (code && removedBy !== 'transfer') await countHappened(ctx, [{ codeId: code.id, staffId, at: removedAt, losses: 1 }])
  if (brandId === null) return
  await mirrorFriends(ctx, brandId, [personId])
  await recordTracks(ctx, brandId, [
    {
      personId,
      name: 'contact_removed',
      occurredAt: removedAt,
      messageId: `contact:${relationId}:removed:${removedAt.getTime()}`,
      properties: { by: partedBy[removedBy](), ...texts({ staffId }) },
    },
  ])
}

type Opened = { personId: number; brandId: number; openid: string; scene: string | null; at: Date }

/** The mini program was opened with a scene: a scan of a mini-program code, and a touch of any code (a WeCom welcome card carries one too). */
export async function creditOpened(ctx: Ctx, { personId, scene, at, openid }: Opened): Promise<void> {
  const code = scene ? await codeOfScene(scene) : null
  if (!code) return
  await noteTouches(ctx, [
    // one visit an hour is one touch, however often the page is reloaded
    {
      key: `open:${code.id}:${openid}:${Math.floor(at.getTime() / 3_600_000)}`,
      codeId: code.id,
      staffId: null,
      brandId: code.brandId,
      personId,
      openid: null,
      kind: 'scan',
      at,
    },
  ])
  await mirrorChannels(ctx, [personId])
  if (code.kind !== 'miniProgram') return
  await countHappened(ctx, [{ codeId: code.id, staffId: null, at, scans: 1 }])
  await trackScan(ctx, code, personId, at)
}

async function trackScan(ctx: Ctx, code: LiveCode, personId: number, at: Date): Promise<void> {
  const properties = { codeName: code.name, ...texts({ codeId: code.id, storeId: code.storeId ?? null }) }
  await recordTracks(ctx, code.brandId, [
    { personId, name: 'code_scanned', occurredAt: at, messageId: `scan:${code.id}:${personId}:${at.getTime()}`, properties },
  ])
}

type Followed = { appId: string; openid: string; scene: string | null; createdAt: Date }

/** Followed the official account through a scene QR, or scanned one as a follower. Runs outside a transaction: who he is may have to be asked. */
export async function creditFollowed(ctx: Ctx, { appId, openid, scene, createdAt }: Followed, isNew: boolean): Promise<void> {
  const connection = await findConnection('officialAccount', { externalId: appId })
  const code = scene ? await codeOfScene(scene) : null
  const brandId = code?.brandId ?? connection?.brandId ?? null
  const follower = await userInfo(appId, openid).catch(unlessItPasses)
  const { personId } = await resolve(systemCtx({ brandId, now: ctx.now, name: ctx.actor.name }), {
    identifiers: [
      { type: 'openid', scope: appId, value: openid },
      ...(follower?.unionid ? [{ type: 'unionid', value: follower.unionid }] : []),
    ],
    brandId,
    occurredAt: createdAt,
    source: 'officialAccount',
  })
  if (personId === null || brandId === null) return
  await transaction(async () => {
    if (isNew)
      await noteFollowing(ctx, { appId, openid, personId, brandId, at: createdAt, isFollowing: true, scene: scene ?? '' })
    if (!code) return
    const key = `${isNew ? 'follow' : 'scan'}:${code.id}:${openid}:${createdAt.getTime()}`
    const kind = isNew ? ('follow' as const) : ('scan' as const)
    const isFirstTime = await noteTouches(ctx, [
      { key, codeId: code.id, staffId: null, brandId: code.brandId, personId, openid, kind, at: createdAt },
    ])
    if (!isFirstTime) return // this delivery was worked before and only its mark was lost
    await countHappened(ctx, [{ codeId: code.id, staffId: null, at: createdAt, scans: 1, ...(isNew ? { adds: 1 } : {}) }])
    await trackScan(ctx, code, personId, createdAt)
    await mirrorChannels(ctx, [personId])
    await tagPerson(ctx, code.scene, personId)
  })
}

type FollowingNow = {
  appId: string
  openid: string
  personId: number
  brandId: number
  at: Date
  isFollowing: boolean
  scene: string
}

async function noteFollowing(
  ctx: Ctx,
  { appId, openid, personId, brandId, at, isFollowing, scene }: FollowingNow,
): Promise<void> {
  await putFacts(ctx, brandId, [{ personId, facts: { isFollower: isFollowing } }])
  const name = isFollowing ? 'official_followed' : 'official_unfollowed'
  await recordTracks(ctx, brandId, [
    {
      personId,
      name,
      occurredAt: at,
      messageId: `${name}:${openid}:${at.getTime()}`,
      properties: { appId, ...(scene ? { scene } : {}) },
    },
  ])
}

/** Without the unionid he could become a second person, so a platform that is only busy is asked again; one that refuses has no more to say. */
function unlessItPasses(error: unknown): null {
  if (isGatewayError(error) && (error.class === 'refused' || error.class === 'config')) return null
  throw error
}

/** Unfollowed: a loss of the code by which he had come. */
export async function countUnfollowed(
  ctx: Ctx,
  { appId, openid, createdAt }: { appId: string; openid: string; createdAt: Date },
): Promise<void> {
  const touch = await lastTouchOfOpenid(openid)
  if (touch) await countHappened(ctx, [{ codeId: touch.codeId, staffId: null, at: createdAt, losses: 1 }])
  const brandId = touch?.brandId ?? (await findConnection('officialAccount', { externalId: appId }))?.brandId ?? null
  const personId = await personByIdentifier('openid', appId, openid)
  if (personId === null || brandId === null) return
  await noteFollowing(ctx, { appId, openid, personId, brandId, at: createdAt, isFollowing: false, scene: '' })
}

type Joined = { personId: number; brandId: number; scene?: string | null; at: Date }

/** Joined the programme: credited to the last code within its time, or to the scene that the join page carried. */
export async function creditJoined(ctx: Ctx, list: readonly Joined[]): Promise<void> {
  for (const [brandId, group] of groupBy(list, one => one.brandId)) {
    const touches = await lastTouches(group, brandId)
    const joined: Happened[] = []
    const byScene: Touch[] = []
    for (const [index, { personId, scene, at }] of group.entries()) {
      const touch = touches[index]
      const code = !touch && scene ? await codeOfScene(scene) : null
      if (touch) joined.push({ codeId: touch.codeId, staffId: touch.staffId, at, joins: 1 })
      else if (code?.brandId === brandId) {
        const key = `join:${code.id}:${personId}`
        byScene.push({ key, codeId: code.id, staffId: null, brandId, personId, openid: null, kind: 'join', at })
        joined.push({ codeId: code.id, staffId: null, at, joins: 1 })
      }
    }
    if (byScene.length > 0) await noteTouches(ctx, byScene)
    await countHappened(ctx, joined)
    if (byScene.length > 0)
      await mirrorChannels(
        ctx,
        byScene.map(one => one.personId),
      )
  }
}

type Later = { personId: number; brandId: number; at: Date; claims?: number; orders?: number; amountFen?: number }

/** Claimed a coupon, or paid a first order, while a code has credit. */
export async function creditLater(ctx: Ctx, list: readonly Later[]): Promise<void> {
  for (const [brandId, group] of groupBy(list, one => one.brandId)) {
    const touches = await lastTouches(group, brandId)
    await countHappened(
      ctx,
      group.flatMap(({ at, claims, orders, amountFen }, index): Happened[] => {
        const touch = touches[index]
        if (!touch) return []
        const happened = { ...(claims ? { claims } : {}), ...(orders ? { orders } : {}), ...(amountFen ? { amountFen } : {}) }
        return [{ codeId: touch.codeId, staffId: touch.staffId, at, ...happened }]
      }),
    )
  }
}
