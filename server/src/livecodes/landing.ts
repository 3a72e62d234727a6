import { createHash } from 'node:crypto'
import type { livecodes as contract, InputOf, LiveCodeOpening } from '@banyan/shared'
import { brandOf, type Ctx, config, type RawAnswer, type RawRequest, raw, redis, refused, transaction } from '../core/index.ts'
import { declareOffers, offeredBatch } from '../coupons/index.ts'
import { brandOfId, storeOfId } from '../platform/index.ts'
import { staffByIds } from '../staff/index.ts'
import { countHappened } from './counters.ts'
import { couponTitleOf } from './coupon-title.ts'
import { contentTypeOf, imageOfId, imageOfKey, imageUrl, storeImage } from './images.ts'
import type { LiveCode } from './live-code.ts'
import { escaped, qrPng } from './poster.ts'
import { isInPeriod } from './rules.ts'
import { codeOfScene } from './scenes.ts'

type Contract = typeof contract
const IMAGE_BYTES_MAX = 2 * 1024 * 1024
const VISIT_MS = 10 * 60_000
/** Browsers are told apart by what they say of themselves, so one address could be thousands: more than a busy network's is not counted. */
const VISITS_PER_ADDRESS = 600
const A_YEAR = 'public, max-age=31536000, immutable'

/** What a code promised, for the first screen after the scan. Throws livecode.unknownScene, livecode.disabled. */
export async function openCode(ctx: Ctx, { scene }: InputOf<Contract['livecodes.open']>): Promise<LiveCodeOpening> {
  const code = await codeOfScene(decoded(scene))
  if (!code) throw refused('livecode.unknownScene')
  if (code.status === 'disabled') throw refused('livecode.disabled')
  const [brand, store, staff, coupon] = await Promise.all([
    brandOfId(code.brandId),
    code.storeId ? storeOfId(code.storeId) : null,
    staffByIds(code.currentStaffIds.slice(0, 1), ctx.now),
    couponTitleOf(code.welcome.card?.couponBatchId ?? null),
  ])
  const member = staff.get(code.currentStaffIds[0] ?? 0)
  return {
    codeId: code.id,
    brandId: code.brandId,
    brandName: brand.name,
    storeId: code.storeId ?? null,
    storeName: store?.name ?? null,
    staffId: member?.id ?? null,
    staffName: member?.name ?? null,
    title: code.welcome.card?.title || coupon || `${brand.name}会员`,
    couponBatchId: code.welcome.card?.couponBatchId ?? null,
  }
}

/**
 * The coupon behind the code, also one that is not public: the code is what lets a person see it. A code that has ended or stopped, or one
 * of another brand than his session's, promises nothing.
 */
export async function offerOfCode(ctx: Ctx, { scene }: InputOf<Contract['livecodes.offer']>) {
  const batchId = await promisedBatch(ctx, scene)
  return batchId === null ? null : offeredBatch(ctx, brandOf(ctx), batchId)
}

async function promisedBatch(ctx: Ctx, scene: string): Promise<number | null> {
  const code = await codeOfScene(decoded(scene))
  const batchId = code?.welcome.card?.couponBatchId ?? null
  if (!code || batchId === null || code.brandId !== brandOf(ctx)) return null
  // Paused within its time means that nobody is on duty: whoever came by it before keeps what he was promised.
  const isRunning = code.status === 'active' || code.status === 'paused'
  if (!isRunning || !isInPeriod({ validFrom: code.validFrom ?? null, validTo: code.validTo ?? null }, ctx.now)) return null
  return batchId
}

declareOffers(promisedBatch)

export const rawRoutes = [
  raw({ method: 'GET', path: '/q/:scene', name: 'livecodes.landing', handler: answerLanding }),
  raw({ method: 'GET', path: '/files/livecodes/qr/:scene', name: 'livecodes.qr', handler: answerQr }),
  raw({ method: 'GET', path: '/files/livecodes/:key', name: 'livecodes.image', handler: answerImage }),
  // by id, for editors that hold no more than the id; pictures of welcomes are made to be seen
  raw({ method: 'GET', path: '/api/livecodes.image', name: 'livecodes.imageOfId', handler: answerImageOfId }),
  raw({
    method: 'POST',
    path: '/api/livecodes.uploadImage',
    name: 'livecodes.uploadImage',
    access: 'operator',
    bodyLimitBytes: IMAGE_BYTES_MAX,
    handler: takeImage,
  }),
]

/** The page behind a printed landing code: counts the scan, shows the platform's picture to press long, and outlives it. */
async function answerLanding(request: RawRequest): Promise<RawAnswer> {
  const code = await codeOfScene(decoded(request.params.scene ?? ''))
  if (!code) return page(404, '这个二维码不存在', '请向店员索取新的二维码', null)
  const { ctx } = request
  const brand = await brandOfId(code.brandId)
  if (await isNewVisit(code, request))
    await transaction(() => countHappened(ctx, [{ codeId: code.id, staffId: null, at: ctx.now, scans: 1 }]))
  if (code.status === 'disabled') return page(410, '这个活动已结束', `感谢关注${brand.name}`, null)
  if (code.status === 'paused' || code.status === 'creating' || code.status === 'failed')
    return page(200, '顾问暂时不在', '请稍后再扫，或直接咨询店员', null)
  const image = code.qrImageId ? await imageOfId(code.qrImageId) : null
  const source = image ? imageUrl(image.key) : code.qrContent ? `/files/livecodes/qr/${code.scene}` : null
  const words = {
    wecom: '长按识别二维码，添加专属顾问',
    miniProgram: '长按识别小程序码',
    officialAccount: '长按识别二维码，关注公众号',
  }
  return page(200, brand.name, words[code.kind], source)
}

/** A reload is no second scan. Without Redis every load counts: better too many than none. */
async function isNewVisit(code: LiveCode, { ip, headers }: RawRequest): Promise<boolean> {
  const who = createHash('sha256')
    .update(`${ip}|${headers['user-agent'] ?? ''}`)
    .digest('base64url')
    .slice(0, 22)
  try {
    if (!(await redis.set(`livecode:visit:${code.id}:${who}`, '1', { ttlMs: VISIT_MS, onlyIfAbsent: true }))) return false
    return (await redis.take(`livecode:visits:${code.id}:${ip}`, { limit: VISITS_PER_ADDRESS, windowMs: VISIT_MS })).isAllowed
  } catch {
    return true
  }
}

/** Nothing runs on it, whatever a name holds. */
const NO_SCRIPTS =
  "default-src 'none'; img-src 'self'; style-src 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"

function page(status: number, title: string, words: string, image: string | null): RawAnswer {
  const picture = image ? `<img src="${escaped(image)}" alt="二维码" width="280" height="280">` : ''
  const body = `<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>${escaped(title)}</title><style>
body{margin:0;min-height:100vh;display:flex;align-items:center;justify-content:center;background:#F6F8F7;color:#1D2521;font:16px/1.6 -apple-system,"PingFang SC","Noto Sans CJK SC","Microsoft YaHei",sans-serif}
main{background:#fff;border-radius:16px;padding:32px 24px;text-align:center;width:min(86vw,360px);box-shadow:0 1px 2px rgba(0,0,0,.06)}
h1{font-size:22px;margin:0 0 8px}p{margin:0 0 20px;color:#66736C}img{width:100%;max-width:280px;height:auto}</style></head><body><main><h1>${escaped(title)}</h1><p>${escaped(words)}</p>${picture}</main></body></html>`
  const headers = {
    'Content-Type': 'text/html; charset=utf-8',
    'Cache-Control': 'no-store',
    'Content-Security-Policy': NO_SCRIPTS,
  }
  return { status, headers, body }
}

async function answerImage({ params }: RawRequest): Promise<RawAnswer> {
  const image = await imageOfKey(params.key ?? '')
  if (!image) throw refused('livecode.imageMissing')
  return { headers: { 'Content-Type': image.contentType, 'Cache-Control': A_YEAR }, body: image.bytes }
}

async function answerImageOfId({ query }: RawRequest): Promise<RawAnswer> {
  const id = Number(query.id)
  const image = Number.isSafeInteger(id) && id > 0 ? await imageOfId(id) : null
  if (!image) throw refused('livecode.imageMissing')
  return { headers: { 'Content-Type': image.contentType, 'Cache-Control': A_YEAR }, body: image.bytes }
}

async function answerQr({ params }: RawRequest): Promise<RawAnswer> {
  const code = await codeOfScene(params.scene ?? '')
  if (!code?.qrContent) throw refused('livecode.imageMissing')
  return { headers: { 'Content-Type': 'image/png', 'Cache-Control': 'public, max-age=300' }, body: await qrPng(code.qrContent) }
}

/** Takes a JPG or PNG of at most 2 MB by its first bytes, whatever it is called. */
async function takeImage(request: RawRequest): Promise<RawAnswer> {
  const bytes = await request.body()
  const contentType = contentTypeOf(bytes)
  if (!contentType) throw refused('livecode.badImage')
  const { id, key } = await storeImage(request.ctx, { brandId: request.ctx.brandId, contentType, bytes })
  return { body: { data: { imageId: id, url: imageUrl(key), address: `${config.publicUrl}${imageUrl(key)}` } } }
}

/** The mini program hands its scene over encoded. */
function decoded(scene: string): string {
  try {
    return decodeURIComponent(scene)
  } catch {
    return scene
  }
}
