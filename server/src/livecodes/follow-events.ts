import { type contactAdded, type contactRemoved, relationOfId } from '../contacts/index.ts'
import { type Ctx, type EventDef, systemCtx, transaction } from '../core/index.ts'
import { groupBy, resolve } from '../identity/index.ts'
import { findConnection } from '../platform/index.ts'
import { putTag, tagsById } from '../tags/index.ts'
import { isGatewayError, userInfo } from '../wechat/index.ts'
import { countHappened } from './counters.ts'
import { codeOfScene } from './scenes.ts'
import { lastTouches, lastTouchOfOpenid, noteTouches } from './touches.ts'

type PayloadOf<E> = E extends EventDef<infer T> ? T : never
type Added = PayloadOf<typeof contactAdded>
type Removed = PayloadOf<typeof contactRemoved>

/** A customer added a staff member through a code: counted, and the code is one of his channels from now on. */
export async function creditAdded(ctx: Ctx, { state, staffId, personId, relationId, addedAt }: Added): Promise<void> {
  const code = state ? await codeOfScene(state) : null
  if (!code) return
  await noteTouches(ctx, [
    {
      key: `contact:${relationId}:${addedAt.getTime()}`,
      codeId: code.id,
      staffId,
      brandId: code.brandId,
      personId,
      openid: null,
      kind: 'add',
      at: addedAt,
    },
  ])
  await countHappened(ctx, [{ codeId: code.id, staffId, at: addedAt, adds: 1 }])
}

/** Our own tags of the code, on the person. A tag that was removed meanwhile is left out. */
export async function tagPerson(ctx: Ctx, scene: string, personId: number): Promise<void> {
  const code = scene ? await codeOfScene(scene) : null
  if (!code || code.tagIds.length === 0) return
  for (const tag of await tagsById(ctx, code.tagIds)) {
    await putTag(ctx, { tagId: tag.id, personIds: [personId], source: 'livecode', why: code.name })
  }
}

/** They parted: a loss of the code that had brought him. A transfer is none. */
export async function countLoss(ctx: Ctx, { relationId, state, staffId, removedAt, removedBy }: Removed): Promise<void> {
  if (removedBy === 'transfer') return
  const code = await codeOfScene(state || (await relationOfId(relationId))?.state || '')
  if (code) await countHappened(ctx, [{ codeId: code.id, staffId, at: removedAt, losses: 1 }])
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
  if (code.kind === 'miniProgram') await countHappened(ctx, [{ codeId: code.id, staffId: null, at, scans: 1 }])
}

type Followed = { appId: string; openid: string; scene: string | null; createdAt: Date }

/** Followed the official account through a scene QR, or scanned one as a follower. Runs outside a transaction: who he is may have to be asked. */
export async function creditFollowed(
  ctx: Ctx,
  { appId, openid, scene, createdAt }: Followed,
  isNew: boolean,
): Promise<{ personId: number } | null> {
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
  if (personId === null || !code) return personId === null ? null : { personId }
  await transaction(async () => {
    await noteTouches(ctx, [
      {
        key: `${isNew ? 'follow' : 'scan'}:${code.id}:${openid}:${createdAt.getTime()}`,
        codeId: code.id,
        staffId: null,
        brandId: code.brandId,
        personId,
        openid,
        kind: isNew ? 'follow' : 'scan',
        at: createdAt,
      },
    ])
    await countHappened(ctx, [{ codeId: code.id, staffId: null, at: createdAt, scans: 1, ...(isNew ? { adds: 1 } : {}) }])
  })
  await transaction(() => tagPerson(ctx, code.scene, personId))
  return { personId }
}

/** Without the unionid he could become a second person, so a platform that is only busy is asked again; one that refuses has no more to say. */
function unlessItPasses(error: unknown): null {
  if (isGatewayError(error) && (error.class === 'refused' || error.class === 'config')) return null
  throw error
}

/** Unfollowed: a loss of the code by which he had come. */
export async function countUnfollowed(ctx: Ctx, { openid, createdAt }: { openid: string; createdAt: Date }): Promise<void> {
  const touch = await lastTouchOfOpenid(openid)
  if (touch) await countHappened(ctx, [{ codeId: touch.codeId, staffId: null, at: createdAt, losses: 1 }])
}

/** Joined the programme: credited to the last code within its time, or to the scene that the join page carried. */
export async function creditJoined(
  ctx: Ctx,
  { personId, brandId, scene, at }: { personId: number; brandId: number; scene?: string | null; at: Date },
): Promise<void> {
  const touch = (await lastTouches([personId], brandId, at)).get(personId)
  if (touch) return countHappened(ctx, [{ codeId: touch.codeId, staffId: touch.staffId, at, joins: 1 }])
  const code = scene ? await codeOfScene(scene) : null
  if (!code || code.brandId !== brandId) return
  await noteTouches(ctx, [
    { key: `join:${code.id}:${personId}`, codeId: code.id, staffId: null, brandId, personId, openid: null, kind: 'join', at },
  ])
  await countHappened(ctx, [{ codeId: code.id, staffId: null, at, joins: 1 }])
}

/** Claimed a coupon, or paid a first order, while a code has credit. */
export async function creditLater(
  ctx: Ctx,
  list: readonly { personId: number; brandId: number; at: Date; claims?: number; orders?: number; amountFen?: number }[],
): Promise<void> {
  for (const [brandId, group] of groupBy(list, one => one.brandId)) {
    const last = new Date(Math.max(...group.map(one => one.at.getTime())))
    const touches = await lastTouches(
      group.map(one => one.personId),
      brandId,
      last,
    )
    await countHappened(
      ctx,
      group.flatMap(({ personId, at, claims, orders, amountFen }) => {
        const touch = touches.get(personId)
        return touch && touch.at <= at
          ? [
              {
                codeId: touch.codeId,
                staffId: touch.staffId,
                at,
                ...(claims ? { claims } : {}),
                ...(orders ? { orders } : {}),
                ...(amountFen ? { amountFen } : {}),
              },
            ]
          : []
      }),
    )
  }
}
