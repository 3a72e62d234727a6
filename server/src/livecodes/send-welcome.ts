import { bulkInsert, type Ctx, counter, histogram, log, now, phrase } from '../core/index.ts'
import { brandOfId, findConnection, storeOfId } from '../platform/index.ts'
import { staffByUserIds } from '../staff/index.ts'
import { isGatewayError } from '../wechat/index.ts'
import { externalContact, sendWelcome, type WelcomeAttachment } from '../wecom/index.ts'
import { couponTitleOf } from './coupon-title.ts'
import { defaultCoverId } from './default-cover.ts'
import { mediaIdOf } from './images.ts'
import type { LiveCode } from './live-code.ts'
import { isInPeriod } from './rules.ts'
import { codeOfScene } from './scenes.ts'
import { cardPage, rendered, uses, type WelcomeValues } from './words.ts'

type Added = {
  corpId: string
  userId: string
  externalUserId: string
  state: string
  welcomeCode: string | null
  createdAt: Date
}

const WINDOW_MS = 20_000 // the platform's; developer.work.weixin.qq.com/document/path/92599
const NAME_WAIT_MS = 600 // a greeting without a name beats a late one
const NAMELESS = '您好' // reads well where a name stands: 「您好，欢迎来到……」
const AGAIN_MS = 300

const sent = counter('welcomes_total', 'Welcome messages by outcome', ['outcome'])
const took = histogram(
  'welcome_seconds',
  'From the callback being worked to the welcome accepted',
  [],
  [0.02, 0.05, 0.1, 0.25, 0.5, 1, 2, 5, 20],
)

/**
 * Sends a code's welcome. On the fast lane and alone: nothing here waits for identity, tags or a picture that can be uploaded ahead.
 * The welcome code is single-use at the platform, so a repeat of this action sends nothing twice.
 */
export async function welcomeCustomer(ctx: Ctx, event: Added): Promise<void> {
  if (!event.welcomeCode || !event.state) return
  const startedMs = performance.now()
  const code = await codeOfScene(event.state)
  if (!code || code.kind !== 'wecom' || code.status === 'disabled') return
  if (!isInPeriod({ validFrom: code.validFrom ?? null, validTo: code.validTo ?? null }, ctx.now)) return
  const { text, attachments } = await contentOf(ctx, code, event)
  if (!text && attachments.length === 0) return
  const outcome = await send(event as Added & { welcomeCode: string }, text, attachments)
  const tookMs = Math.round(performance.now() - startedMs)
  sent.inc({ outcome: outcome.status })
  if (outcome.status === 'sent') took.observe(tookMs / 1000)
  await bulkInsert('live_code_welcomes', [
    {
      codeId: code.id,
      externalUserId: event.externalUserId,
      staffUserId: event.userId,
      status: outcome.status,
      reason: outcome.reason,
      tookMs,
      at: now(),
    },
  ])
}

const why = {
  late: phrase('超过 20 秒，平台不再接受欢迎语', 'More than 20 seconds had passed'),
  elsewhere: phrase('已由本系统或其他应用发送', 'Sent already, by us or by another app'),
}

type Outcome = { status: 'sent' | 'late' | 'elsewhere' | 'failed'; reason: string | null }

async function send(
  { corpId, welcomeCode, createdAt }: Added & { welcomeCode: string },
  text: string,
  attachments: WelcomeAttachment[],
): Promise<Outcome> {
  for (;;) {
    if (now().getTime() - createdAt.getTime() > WINDOW_MS) return { status: 'late', reason: why.late() }
    try {
      await sendWelcome(corpId, welcomeCode, text, attachments)
      return { status: 'sent', reason: null }
    } catch (error) {
      if (!isGatewayError(error)) throw error
      if (error.errcode === '41051') return { status: 'elsewhere', reason: why.elsewhere() }
      // the code is used once, so trying again cannot greet twice; 41096: another app is just sending
      if (error.class === 'retry' || error.class === 'unknown') await new Promise(resolve => setTimeout(resolve, AGAIN_MS))
      else {
        log.warn({ err: error, corpId }, 'a welcome was refused')
        return {
          status: error.errcode === '41050' ? 'late' : 'failed',
          reason: `${error.errmsg}（${error.errcode}）`.slice(0, 200),
        }
      }
    }
  }
}

async function contentOf(ctx: Ctx, code: LiveCode, event: Added): Promise<{ text: string; attachments: WelcomeAttachment[] }> {
  const { welcome } = code
  const [values, image, card] = await Promise.all([
    valuesOf(ctx, code, event),
    imageOf(ctx, code, event.corpId),
    coverOf(ctx, code, event.corpId),
  ])
  const attachments: WelcomeAttachment[] = []
  if (image) attachments.push({ msgtype: 'image', image: { media_id: image } })
  if (welcome.card && card) {
    attachments.push({
      msgtype: 'miniprogram',
      miniprogram: {
        title: rendered(welcome.card.title, values),
        appid: card.appId,
        page: cardPage(welcome, code.scene),
        pic_media_id: card.mediaId,
      },
    })
  }
  return { text: rendered(welcome.text, values), attachments }
}

/** Only what the words use is looked up; the customer's name, which only the platform knows, for a moment at most. */
async function valuesOf(ctx: Ctx, code: LiveCode, { corpId, userId, externalUserId }: Added): Promise<WelcomeValues> {
  const words = `${code.welcome.text} ${code.welcome.card?.title ?? ''}`
  const [name, staff, store, brand, coupon] = await Promise.all([
    uses(words, 'name')
      ? within(
          NAME_WAIT_MS,
          externalContact(corpId, externalUserId).then(({ customer }) => customer.name),
        )
      : '',
    uses(words, 'staff') ? staffByUserIds(corpId, [userId], ctx.now).then(found => found.get(userId)?.name ?? '') : '',
    uses(words, 'store') && code.storeId ? storeOfId(code.storeId).then(found => found?.name ?? '') : '',
    uses(words, 'brand') ? brandOfId(code.brandId).then(found => found.name) : '',
    uses(words, 'coupon') ? couponTitleOf(code.welcome.card?.couponBatchId ?? null) : '',
  ])
  return { name: name || NAMELESS, staff, store, brand, coupon, code: code.name }
}

async function imageOf(ctx: Ctx, { welcome }: LiveCode, corpId: string): Promise<string | null> {
  return welcome.imageId ? mediaOrNothing(ctx, corpId, welcome.imageId) : null
}

async function coverOf(
  ctx: Ctx,
  { welcome, brandId }: LiveCode,
  corpId: string,
): Promise<{ appId: string; mediaId: string } | null> {
  if (!welcome.card) return null
  const program = await findConnection('miniProgram', { brandId })
  if (!program) return null
  const { coverImageId, couponBatchId } = welcome.card
  const mediaId = await mediaOrNothing(ctx, corpId, coverImageId ?? (await defaultCoverId(ctx, { brandId, couponBatchId })))
  return mediaId ? { appId: program.externalId, mediaId } : null
}

/** A picture that cannot be had must not keep the words from arriving. */
async function mediaOrNothing(ctx: Ctx, corpId: string, imageId: number): Promise<string | null> {
  try {
    return await mediaIdOf(ctx, corpId, imageId)
  } catch (error) {
    log.warn({ err: error, imageId }, 'a welcome goes without its picture')
    return null
  }
}

function within(ms: number, name: Promise<string>): Promise<string> {
  return new Promise(resolve => {
    const timer = setTimeout(() => resolve(''), ms)
    name.then(resolve, () => resolve('')).finally(() => clearTimeout(timer))
  })
}
