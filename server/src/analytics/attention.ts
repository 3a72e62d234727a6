import type { Alarm, Need } from '@banyan/shared'
import type { z } from 'zod'
import { contactScale } from '../contacts/index.ts'
import {
  addDays,
  brandScope,
  type Ctx,
  countDead,
  grouped,
  many,
  readIn,
  rows,
  type Sql,
  say,
  sql,
  storeScope,
  type Words,
} from '../core/index.ts'
import { countOpenReviews } from '../identity/index.ts'
import { liveCodeAlarms } from '../livecodes/index.ts'
import { messagingTroubles } from '../messaging/index.ts'
import { inBrands } from './count-days.ts'

type NeedOf = z.output<typeof Need>
type AlarmOf = z.output<typeof Alarm>
type Level = NeedOf['level']

/** What waits for a decision of the caller; nothing that needs nobody is named. */
export async function needsOf(ctx: Ctx): Promise<NeedOf[]> {
  const brandIds = brandScope(ctx)
  const own = ownOf(ctx)
  const needs: NeedOf[] = []
  const add = (key: string, level: Level, count: number, words: (n: number) => Words, link: string) => {
    if (count > 0) needs.push({ key, level, text: say(ctx, ...words(count)), count, link })
  }
  add(
    'reviews',
    'attention',
    await countOpenReviews(ctx),
    n => [`${n} 组客户待确认是否同一人`, `${many(n, 'pair')} may be one person: please decide`],
    '/reviews',
  )
  add(
    'holding',
    'attention',
    await countOf(sql`SELECT COUNT(*) AS n FROM campaigns WHERE status = 'holding' AND ${inBrands(brandIds)} AND ${own}`),
    n => [`${n} 个群发即将发出，可撤销`, `${many(n, 'campaign')} about to go out: can be taken back`],
    '/messages?status=holding',
  )
  add(
    'rejects',
    'info',
    await countOf(
      sql`SELECT COUNT(*) AS n FROM imports WHERE state = 'finished' AND rejected_rows > 0 AND finished_at > ${addDays(ctx.now, -7)} AND ${inBrands(brandIds)} AND ${own}`,
    ),
    n => [`${n} 次导入有未通过的行，可下载修正后重传`, `Refused rows in ${many(n, 'import')}: download, mend and upload them`],
    '/imports',
  )
  add(
    'couponsEnding',
    'info',
    await countOf(
      sql`SELECT COUNT(*) AS n FROM coupon_batches WHERE status = 'published' AND closes_at > ${ctx.now} AND closes_at < ${addDays(ctx.now, 3)} AND ${inBrands(brandIds)}`,
    ),
    n => [`${n} 个优惠券批次 3 天内停止领取`, `${many(n, 'coupon batch', 'coupon batches')} closing within 3 days`],
    '/coupons',
  )
  add(
    'couponsLow',
    'info',
    await countOf(
      sql`SELECT COUNT(*) AS n FROM coupon_batches b JOIN coupon_stocks s ON s.batch_id = b.id WHERE b.status = 'published' AND b.closes_at > ${ctx.now} AND s.claimed * 10 >= s.stock * 9 AND s.claimed < s.stock AND ${inBrands(brandIds)}`,
    ),
    n => [`${n} 个优惠券批次库存不足一成`, `${many(n, 'coupon batch', 'coupon batches')} with less than a tenth left`],
    '/coupons',
  )
  return needs
}

/** What is broken or about to be. */
export async function alarmsOf(ctx: Ctx): Promise<AlarmOf[]> {
  const brandIds = brandScope(ctx)
  const alarms: AlarmOf[] = []
  for (const { codeId, name, alarms: list } of (await liveCodeAlarms(ctx)).slice(0, 20)) {
    const [worst] = [...list].sort((a, b) => weight(a.level) - weight(b.level))
    if (worst)
      alarms.push({
        key: `livecode:${codeId}`,
        level: worst.level === 'danger' ? 'danger' : 'attention',
        text: say(ctx, `活码「${name}」`, `Live code “${name}”`),
        detail: list.map(one => one.text).join(say(ctx, '；', '; ')),
        since: null,
        link: `/live-codes/${codeId}`,
      })
  }
  // How full the corp is concerns who sees all of it.
  for (const scale of storeScope(ctx) === null ? await contactScale(ctx, {}) : []) {
    if (scale.status === 'ok') continue
    const used = `${grouped(scale.usedCount)}/${grouped(scale.boughtCount)}`
    alarms.push({
      key: `scale:${scale.corpId}`,
      level: scale.status === 'full' ? 'danger' : 'attention',
      text: say(ctx, `${scale.corpName} 外部联系人 ${used}`, `${scale.corpName}: ${used} external contacts`),
      detail: scale.advice,
      since: null,
      link: '/contact-scale',
    })
  }
  for (const trouble of await messagingTroubles(ctx, brandIds))
    alarms.push({
      key: `campaign:${trouble.campaignId}`,
      level: 'attention',
      text: say(ctx, `群发「${trouble.name}」失败较多`, `Campaign “${trouble.name}” fails often`),
      detail: say(ctx, `失败 ${trouble.failed}，成功 ${trouble.sent}`, `${trouble.failed} failed, ${trouble.sent} sent`),
      since: null,
      link: `/messages/${trouble.campaignId}`,
    })
  alarms.push(...(await brokenWork(ctx, brandIds)))
  return alarms.sort((a, b) => weight(a.level) - weight(b.level))
}

async function brokenWork(ctx: Ctx, brandIds: number[] | null): Promise<AlarmOf[]> {
  const alarms: AlarmOf[] = []
  for (const row of await rows<{ id: number; name: string; failure: string | null }>(
    sql`SELECT id, name, failure FROM segments WHERE status = 'failed' AND removed_at IS NULL AND (brand_id IS NULL OR ${inBrands(brandIds)}) ORDER BY id DESC LIMIT 10`,
  )) {
    alarms.push({
      key: `segment:${row.id}`,
      level: 'attention',
      text: say(ctx, `人群「${row.name}」刷新失败`, `Segment “${row.name}” could not be refreshed`),
      detail: readIn(ctx, row.failure ?? ''),
      since: null,
      link: `/segments/${row.id}`,
    })
  }
  for (const row of await rows<{ id: number; file_name: string; finished_at: Date | null }>(
    sql`SELECT id, file_name, finished_at FROM imports WHERE state = 'failed' AND created_at > ${addDays(ctx.now, -7)} AND ${inBrands(brandIds)} AND ${ownOf(ctx)} ORDER BY id DESC LIMIT 5`,
  )) {
    alarms.push({
      key: `import:${row.id}`,
      level: 'danger',
      text: say(ctx, `导入「${row.file_name}」失败`, `Import “${row.file_name}” failed`),
      detail: say(ctx, '查看原因后可重新导入', 'See why, then import again'),
      since: row.finished_at,
      link: '/imports',
    })
  }
  // Dead work and schedules belong to the whole installation: shown to whom sees all of it.
  if ((brandIds !== null && ctx.brandIds !== 'all') || storeScope(ctx) !== null) return alarms
  const dead = await countDead()
  if (dead > 0)
    alarms.push({
      key: 'deadLetters',
      level: 'danger',
      text: say(ctx, `${dead} 项后台工作多次失败`, `${dead} pieces of work failed again and again`),
      detail: say(ctx, '处理原因后可重新运行', 'Mend the cause, then run them again'),
      since: null,
      link: '/dead-letters',
    })
  for (const row of await rows<{ name: string; last_error: string; last_tick_at: Date }>(
    sql`SELECT name, last_error, last_tick_at FROM schedules WHERE last_error IS NOT NULL ORDER BY name LIMIT 10`,
  )) {
    alarms.push({
      key: `schedule:${row.name}`,
      level: 'attention',
      text: say(ctx, `定时任务 ${row.name} 上次失败`, `The schedule ${row.name} failed last time`),
      detail: row.last_error.slice(0, 200),
      since: row.last_tick_at,
      link: '/dead-letters',
    })
  }
  return alarms
}

/** Of an operator of single stores: what he began himself. */
function ownOf(ctx: Ctx): Sql {
  return storeScope(ctx) === null ? sql`1 = 1` : sql`operator_id = ${ctx.operatorId}`
}

async function countOf(query: ReturnType<typeof sql>): Promise<number> {
  return Number((await rows<{ n: number }>(query))[0]?.n ?? 0)
}

function weight(level: string): number {
  return level === 'danger' ? 0 : level === 'info' ? 2 : 1
}
