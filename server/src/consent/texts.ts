import type { ConsentPurpose, ConsentText, consent, InputOf } from '@banyan/shared'
import { brandOf, type Ctx, insertOne, isDuplicate, mustSeeBrand, refused, rows, savepoint, sql } from '../core/index.ts'
import { groupBy } from '../identity/index.ts'

type Row = {
  id: number
  brand_id: number
  purpose: ConsentPurpose
  version: string
  title: string
  body: string
  published_at: Date
}

/** What a brand that has published nothing yet asks; the wording is neutral, and going live means writing one's own. */
const BUILT_IN: Record<ConsentPurpose, { title: string; body: string }> = {
  privacy: {
    title: '会员与隐私政策',
    body: '我们仅为提供会员服务（会员身份、积分、优惠券、订单）处理您的手机号、微信标识和消费记录，不会提供给无关第三方。您可随时查看、更正、导出或删除您的信息，也可随时撤回同意。',
  },
  service: { title: '服务通知', body: '我们会就您的订单、积分变动、优惠券到期和会员等级向您发送通知。您可随时关闭。' },
  marketing: {
    title: '接收优惠与活动信息',
    body: '我们可能通过小程序订阅消息、企业微信或短信向您介绍新品与优惠。不同意不影响您使用会员服务，您可随时退订。',
  },
}
const BUILT_IN_VERSION = 'v1'
const BUILT_IN_AT = new Date('2026-01-01T00:00:00.000Z')

async function rowsOf(brandIds: readonly number[]): Promise<Row[]> {
  if (brandIds.length === 0) return []
  return rows<Row>(
    sql`SELECT id, brand_id, purpose, version, title, body, published_at FROM consent_texts WHERE brand_id IN (${[...brandIds]}) ORDER BY published_at, id`,
  )
}

/** The published versions, by `brand|purpose`; a brand without any has none here, and any version is taken. */
export async function knownVersions(brandIds: readonly number[]): Promise<Map<string, Set<string>>> {
  const groups = groupBy(await rowsOf(brandIds), row => `${row.brand_id}|${row.purpose}`)
  return new Map([...groups].map(([key, list]) => [key, new Set(list.map(row => row.version))]))
}

/** The version in force, by `brand|purpose`. */
export async function currentVersions(brandIds: readonly number[]): Promise<Map<string, string>> {
  const current = new Map(
    brandIds.flatMap(brandId =>
      (Object.keys(BUILT_IN) as ConsentPurpose[]).map(purpose => [`${brandId}|${purpose}`, BUILT_IN_VERSION]),
    ),
  )
  for (const row of await rowsOf(brandIds)) current.set(`${row.brand_id}|${row.purpose}`, row.version)
  return current
}

/** The texts of a brand, the ones in force first. */
export async function listTexts(ctx: Ctx, input: InputOf<(typeof consent)['consent.texts']>): Promise<{ items: ConsentText[] }> {
  const brandId = input.brandId ?? brandOf(ctx)
  const published = await rowsOf([brandId])
  const items: ConsentText[] = []
  for (const [at, purpose] of (Object.keys(BUILT_IN) as ConsentPurpose[]).entries()) {
    const versions = published.filter(row => row.purpose === purpose).reverse()
    if (versions.length === 0)
      items.push({
        id: at + 1,
        brandId,
        purpose,
        version: BUILT_IN_VERSION,
        ...BUILT_IN[purpose],
        publishedAt: BUILT_IN_AT,
        isCurrent: true,
      })
    items.push(
      ...versions.map((row, rank) => ({
        id: Number(row.id),
        brandId,
        purpose,
        version: row.version,
        title: row.title,
        body: row.body,
        publishedAt: new Date(row.published_at),
        isCurrent: rank === 0,
      })),
    )
  }
  return {
    items: input.isCurrentOnly
      ? items.filter(item => item.isCurrent)
      : items.sort((a, b) => Number(b.isCurrent) - Number(a.isCurrent)),
  }
}

/** Publishes a version; who agreed to an older one agreed to that. Throws consent.versionExists. */
export async function createText(ctx: Ctx, input: InputOf<(typeof consent)['consentTexts.create']>): Promise<ConsentText> {
  const brandId = input.brandId ?? brandOf(ctx)
  mustSeeBrand(ctx, brandId)
  const { purpose, version, title, body } = input
  try {
    const id = await savepoint(() => insertOne('consent_texts', { brandId, purpose, version, title, body, publishedAt: ctx.now }))
    return { id, brandId, purpose, version, title, body, publishedAt: ctx.now, isCurrent: true }
  } catch (error) {
    if (isDuplicate(error)) throw refused('consent.versionExists', { field: 'version' })
    throw error
  }
}
