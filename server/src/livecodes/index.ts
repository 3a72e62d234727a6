/**
 * Live codes of WeCom, mini program and official account: made and rotated on their platforms, greeting whoever comes, crediting what he does
 * later to the code that brought him, in one list and one report.
 */
import { livecodes } from '@banyan/shared'
import { contactAdded, contactRemoved } from '../contacts/index.ts'
import { type Ctx, every, on, onBatch, outsideTransaction, run, serve, sql } from '../core/index.ts'
import { couponClaimed } from '../coupons/index.ts'
import { mustSeePerson, personMerged, personUnmerged, rowsCarrier } from '../identity/index.ts'
import { memberJoined, memberSessionOpened } from '../members/index.ts'
import { orderPaid } from '../orders/index.ts'
import { staffChanged } from '../staff/index.ts'
import { wechatFollowed, wechatScanned, wechatUnfollowed } from '../wechat/index.ts'
import { wecomContactAdded } from '../wecom/index.ts'
import { batchTask, cancelBatch, createMany, getBatch, listBatches } from './batches.ts'
import { getCode, listCodes } from './code-view.ts'
import {
  countLoss,
  countUnfollowed,
  creditAdded,
  creditFollowed,
  creditJoined,
  creditLater,
  creditOpened,
  tagPerson,
} from './follow-events.ts'
import { greetRelation } from './greet-relation.ts'
import { offerOfCode, openCode } from './landing.ts'
import { mirrorLandings, noteLanding } from './landings.ts'
import { createCode, disableCodes, enableCodes, retryCode, updateCode } from './make-code.ts'
import { mirrorMerged } from './mirror.ts'
import { posterOf, printSheet } from './poster.ts'
import { mediaTask, renewDueMedia } from './prepare-media.ts'
import { previewWelcome } from './preview.ts'
import { liveCodeReport } from './report.ts'
import { finishCreating, forgetOldWelcomes, rotateCodesOf, rotateDue, rotateTask, rotateWhenFull } from './rotate.ts'
import { welcomeCustomer } from './send-welcome.ts'
import { attributionsOf } from './touches.ts'

export { liveCodeAlarms } from './code-view.ts'
export { type Count, countHappened, type Happened } from './counters.ts'
export { liveCodeMoved, liveCodeTouched } from './events.ts'
export { rawRoutes } from './landing.ts'
export { createCode } from './make-code.ts'
export { mirrorChannels, mirrorFriends } from './mirror.ts'
export { liveCodeReport } from './report.ts'
export { namesOfScenes } from './scenes.ts'
export { migrations } from './schema.ts'
export { type Attribution, attributionsOf, noteTouches, type Touch } from './touches.ts'

export const routes = serve(livecodes, {
  'livecodes.list': listCodes,
  'livecodes.get': getCode,
  'livecodes.create': outsideTransaction(createCode),
  'livecodes.update': outsideTransaction(updateCode),
  'livecodes.retry': outsideTransaction(retryCode),
  'livecodes.disable': outsideTransaction(disableCodes),
  'livecodes.enable': outsideTransaction(enableCodes),
  'livecodes.createMany': outsideTransaction(createMany),
  'livecodes.batch': getBatch,
  'livecodes.batches': listBatches,
  'livecodes.cancelBatch': cancelBatch,
  'livecodes.poster': posterOf,
  'livecodes.printSheet': printSheet,
  'livecodes.previewWelcome': previewWelcome,
  'livecodes.report': liveCodeReport,
  'livecodes.open': openCode,
  'livecodes.offer': offerOfCode,
  'livecodes.attributionOf': async (ctx: Ctx, { personId }: { personId: number }) => {
    const found = await attributionsOf(await mustSeePerson(ctx, personId))
    return found.filter(one => ctx.brandIds === 'all' || ctx.brandIds.includes(one.brandId))
  },
})

export const subscribers = [
  on(wecomContactAdded, 'livecodes.welcome', welcomeCustomer, { lane: 'fast', isOutsideTransaction: true }),
  on(contactAdded, 'livecodes.creditAdded', creditAdded),
  on(contactAdded, 'livecodes.tagPerson', (ctx, { state, personId }) => tagPerson(ctx, state, personId)),
  on(contactAdded, 'livecodes.greetRelation', greetRelation, { isOutsideTransaction: true }),
  on(contactAdded, 'livecodes.rotateAdded', (ctx, { staffId }) => rotateWhenFull(ctx, staffId)),
  on(contactRemoved, 'livecodes.countLoss', countLoss),
  on(staffChanged, 'livecodes.rotateChanged', (ctx, { staffId }) => rotateCodesOf(ctx, staffId)),
  on(wechatFollowed, 'livecodes.creditFollowed', (ctx, event) => creditFollowed(ctx, event, true), {
    isOutsideTransaction: true,
  }),
  on(wechatScanned, 'livecodes.creditScanned', (ctx, event) => creditFollowed(ctx, event, false), { isOutsideTransaction: true }),
  on(wechatUnfollowed, 'livecodes.countUnfollowed', countUnfollowed),
  on(memberSessionOpened, 'livecodes.creditOpened', creditOpened),
  on(memberSessionOpened, 'livecodes.noteLanding', async (ctx, { personId, brandId, landing, at }) => {
    if (landing) await noteLanding(ctx, { personId, brandId, landing, at })
  }),
  on(personMerged, 'livecodes.mergedLandings', (ctx, { fromId, toId }) => mirrorLandings(ctx, [fromId, toId])),
  on(personUnmerged, 'livecodes.unmergedLandings', (ctx, { fromId, toId }) => mirrorLandings(ctx, [fromId, toId])),
  onBatch(memberJoined, 'livecodes.creditJoined', creditJoined),
  onBatch(orderPaid, 'livecodes.creditOrdered', (ctx, paid) =>
    creditLater(
      ctx,
      paid.flatMap(({ personId, brandId, at, amountFen, isFirst }) =>
        isFirst && personId !== null ? [{ personId, brandId, at, amountFen, orders: 1 }] : [],
      ),
    ),
  ),
  on(personMerged, 'livecodes.mirrorMerged', (ctx, { fromId, toId }) => mirrorMerged(ctx, [fromId, toId])),
  on(personUnmerged, 'livecodes.mirrorUnmerged', (ctx, { fromId, toId }) => mirrorMerged(ctx, [fromId, toId])),
  onBatch(couponClaimed, 'livecodes.creditClaimed', (ctx, claimed) =>
    creditLater(
      ctx,
      claimed.map(one => ({ ...one, claims: 1 })),
    ),
  ),
]

export const tasks = [rotateTask, mediaTask, batchTask]

export const jobs = [
  every('livecodes.rotateDue', { seconds: 60 }, ctx => rotateDue(ctx, { isWhole: false })),
  every('livecodes.rotateAll', '1 0 * * *', ctx => rotateDue(ctx, { isWhole: true })),
  every('livecodes.finishCreating', { seconds: 60 }, finishCreating),
  every('livecodes.forgetOldWelcomes', '45 3 * * *', forgetOldWelcomes),
  every('livecodes.renewMedia', '15 */6 * * *', renewDueMedia),
]

export const carriers = [
  rowsCarrier({ name: 'livecodes', columns: [{ table: 'live_code_touches', column: 'person_id' }] }),
  rowsCarrier({
    name: 'livecodes.landings',
    columns: [{ table: 'person_landings', column: 'person_id' }],
    // A click id follows somebody around: it goes with him.
    erase: async (_ctx, personId) => void (await run(sql`DELETE FROM person_landings WHERE person_id = ${personId}`)),
  }),
]
