import { addDays, addSeconds, type Ctx, systemCtx } from '../core/index.ts'
import { createCampaign, createTemplate, importCredits, sendCampaign, updateNotice } from '../messaging/index.ts'
import { connectionOf } from '../platform/index.ts'
import type { Organisation } from './make-brands.ts'
import type { Accounts } from './make-people.ts'
import type { SamplePerson } from './population.ts'
import { doneStep, once } from './steps.ts'
import { BRANDS, type SampleBrand } from './world.ts'

/** A template as the pretend platform has it in its console. */
type KnownTemplate = { templateId: string; title: string; fields: { key: string; label: string }[] }

/** Every third member has agreed to subscribe messages at two taps; the year's sends use some of it. */
export const creditCount = (person: SamplePerson) => (person.index % 3 === 0 ? 2 : 0)

/** The subscribe templates of a brand's mini program. */
export async function subscribeTemplatesOf(accounts: Accounts, brand: SampleBrand): Promise<KnownTemplate[]> {
  const { config } = await connectionOf('miniProgram', { externalId: accounts.miniPrograms[brand] })
  return (config.templates as KnownTemplate[] | undefined) ?? []
}

/** The notice about coupons that end, one campaign that goes out and one draft. */
export async function makeMessages(
  ctx: Ctx,
  of: { people: readonly SamplePerson[]; personIds: readonly number[]; organisation: Organisation; accounts: Accounts },
): Promise<void> {
  for (const brand of BRANDS) {
    await once(ctx, `messages:${brand}`, async () => {
      const brandCtx = systemCtx({ brandId: of.organisation.brandIds[brand], now: ctx.now, name: '演示数据' })
      const ids = new Map(Object.entries((await doneStep<Record<string, number>>(`templates:${brand}`))?.detail ?? {}))
      const couponEnds = ids.get('优惠券到期提醒')
      if (couponEnds) {
        await updateNotice(brandCtx, {
          key: 'couponExpiring',
          isOn: true,
          templateId: couponEnds,
          content: {
            values: { thing1: '{{ coupon.name }}', thing2: '全部门店', time3: '{{ coupon.expiresAt }}' },
            page: 'pages/coupons/index',
          },
        })
      }
      if (brand === 'lieye') await makeCampaigns(brandCtx, ids)
    })
  }
}

/** Templates and credits: what the year's sends need, dated before them. */
export async function makeTemplates(
  ctx: Ctx,
  of: { people: readonly SamplePerson[]; personIds: readonly number[]; organisation: Organisation; accounts: Accounts },
): Promise<void> {
  for (const brand of BRANDS) {
    const brandCtx = systemCtx({ brandId: of.organisation.brandIds[brand], now: addDays(ctx.now, -366), name: '演示数据' })
    await once(ctx, `templates:${brand}`, async () => {
      const ids = await templatesOf(brandCtx, of.accounts, brand)
      await importCredits(brandCtx, await creditsOf(of, brand))
      return Object.fromEntries(ids)
    })
  }
}

async function templatesOf(ctx: Ctx, accounts: Accounts, brand: SampleBrand): Promise<Map<string, number>> {
  const ids = new Map<string, number>()
  const official = await connectionOf('officialAccount', { externalId: accounts.officialAccounts[brand] })
  for (const { templateId, title, fields } of (official.config.templates as KnownTemplate[] | undefined) ?? []) {
    const made = await createTemplate(ctx, {
      channel: 'template',
      connectionId: official.id,
      templateId,
      title,
      fields,
      purpose: 'service',
      isActive: true,
      places: [],
    })
    ids.set(title, made.id)
  }
  const mini = await connectionOf('miniProgram', { externalId: accounts.miniPrograms[brand] })
  for (const { templateId, title, fields } of await subscribeTemplatesOf(accounts, brand)) {
    const purpose = title.startsWith('活动') ? 'marketing' : 'service'
    const made = await createTemplate(ctx, {
      channel: 'subscribe',
      connectionId: mini.id,
      templateId,
      title,
      fields,
      purpose,
      isActive: true,
      places: title.startsWith('优惠券') ? ['couponClaimed'] : title.startsWith('活动') ? ['join', 'home'] : ['purchasePaid'],
    })
    ids.set(`${title}（小程序）`, made.id)
  }
  return ids
}

async function creditsOf(
  { people, personIds, accounts }: { people: readonly SamplePerson[]; personIds: readonly number[]; accounts: Accounts },
  brand: SampleBrand,
) {
  const templates = await subscribeTemplatesOf(accounts, brand)
  return people
    .filter(person => creditCount(person) > 0 && person.openids[brand] && person.members[brand])
    .flatMap(person =>
      templates.map(({ templateId }) => ({
        personId: personIds[person.index] ?? 0,
        appId: accounts.miniPrograms[brand],
        templateId,
        count: creditCount(person),
      })),
    )
}

/** Sent through the product's own gate once the workers run: its report is true to the last refusal. */
async function makeCampaigns(ctx: Ctx, ids: ReadonlyMap<string, number>): Promise<void> {
  const segmentOf = async (name: string) => (await doneStep<number>(`segment:lieye:${name}`))?.detail ?? null
  const base = { trigger: 'once' as const, sendAt: null, whenQuiet: 'wait' as const, waitHoursMax: 24, perThing: false }
  const ending = ids.get('会员等级到期提醒')
  if (ending) {
    const campaign = await createCampaign(ctx, {
      ...base,
      // By then the rules know everybody.
      sendAt: addSeconds(ctx.now, 300),
      name: '保级提醒（服务通知）',
      templateId: ending,
      segmentId: await segmentOf('等级 60 天内到期'),
      content: {
        values: { phrase1: '青枝会员', time2: '{{ today.date }}', thing3: '到期前再消费可保级' },
        page: 'pages/member/tiers',
      },
    })
    await sendCampaign(ctx, { campaignId: campaign.id })
  }
  const activity = ids.get('活动开始提醒（小程序）')
  if (activity) {
    await createCampaign(ctx, {
      ...base,
      name: '会员日预告',
      templateId: activity,
      segmentId: await segmentOf('复购高价值持券会员'),
      content: {
        values: { thing1: '枥野会员日', time2: '2026-12-12 10:00', thing3: '会员专享礼与双倍积分' },
        page: 'pages/centre/index',
      },
    })
  }
}
