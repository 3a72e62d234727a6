import { addDays, type Ctx, systemCtx } from '../core/index.ts'
import { countHappened, createCode, type Happened, noteTouches, type Touch } from '../livecodes/index.ts'
import { purchasesBetween } from '../orders/index.ts'
import { activeStaff } from '../staff/index.ts'
import type { Organisation } from './make-brands.ts'
import { friendsOf } from './make-contacts.ts'
import type { SamplePerson } from './population.ts'
import { randomOf } from './random.ts'
import { doneStep, once, onceOutside } from './steps.ts'
import { BRANDS, type SampleBrand, storeDefs } from './world.ts'

type CodePlan = {
  key: string
  brand: SampleBrand
  kind: 'wecom' | 'miniProgram' | 'officialAccount'
  name: string
  channel: string
  storeCode: string | null
  costFen: number
  weight: number
  silentDays: number
}

/** Twenty-six codes: a counter card per store, and the rest by material. One store's sticker fell off nine days ago. */
const plans: readonly CodePlan[] = [
  ...storeDefs
    .filter(store => store.kind !== 'online')
    .map(
      (store): CodePlan => ({
        key: `counter:${store.code}`,
        brand: store.brand,
        kind: 'wecom',
        name: `${store.name} 收银台`,
        channel: '收银台台卡',
        storeCode: store.code,
        costFen: 6800,
        weight: 10,
        silentDays: store.code === 'LY-WHJT' ? 9 : 0,
      }),
    ),
  ...['LY-SHJL', 'LY-HZHD', 'RJ-SHYA', 'RJ-HZHD'].map(
    (code): CodePlan => ({
      key: `badge:${code}`,
      brand: code.startsWith('LY') ? 'lieye' : 'rongjiu',
      kind: 'wecom',
      name: `${storeDefs.find(store => store.code === code)?.name ?? ''} 员工工牌`,
      channel: '员工工牌',
      storeCode: code,
      costFen: 1200,
      weight: 4,
      silentDays: 0,
    }),
  ),
  {
    key: 'parcel:lieye',
    brand: 'lieye',
    kind: 'wecom',
    name: '枥野 包裹卡',
    channel: '包裹卡',
    storeCode: 'LY-WEB',
    costFen: 96_000,
    weight: 7,
    silentDays: 0,
  },
  {
    key: 'parcel:rongjiu',
    brand: 'rongjiu',
    kind: 'miniProgram',
    name: '绒啾 包裹卡',
    channel: '包裹卡',
    storeCode: null,
    costFen: 72_000,
    weight: 6,
    silentDays: 0,
  },
  {
    key: 'mall:lieye',
    brand: 'lieye',
    kind: 'wecom',
    name: '商场中庭快闪',
    channel: '商场中庭活动',
    storeCode: 'LY-SHYA',
    costFen: 880_000,
    weight: 9,
    silentDays: 20,
  },
  {
    key: 'moments:lieye',
    brand: 'lieye',
    kind: 'miniProgram',
    name: '朋友圈广告 秋季',
    channel: '朋友圈广告',
    storeCode: null,
    costFen: 1_650_000,
    weight: 8,
    silentDays: 3,
  },
  {
    key: 'cafe:lieye',
    brand: 'lieye',
    kind: 'miniProgram',
    name: '异业咖啡（演示）',
    channel: '异业合作',
    storeCode: null,
    costFen: 150_000,
    weight: 3,
    silentDays: 0,
  },
  {
    key: 'menu:lieye',
    brand: 'lieye',
    kind: 'officialAccount',
    name: '枥野 服务号菜单',
    channel: '公众号菜单',
    storeCode: null,
    costFen: 0,
    weight: 3,
    silentDays: 0,
  },
  {
    key: 'menu:rongjiu',
    brand: 'rongjiu',
    kind: 'officialAccount',
    name: '绒啾 服务号菜单',
    channel: '公众号菜单',
    storeCode: null,
    costFen: 0,
    weight: 3,
    silentDays: 0,
  },
  {
    key: 'poster:lieye',
    brand: 'lieye',
    kind: 'miniProgram',
    name: '橱窗海报 618',
    channel: '门店海报',
    storeCode: 'LY-CDJC',
    costFen: 32_000,
    weight: 3,
    silentDays: 40,
  },
  {
    key: 'fair:rongjiu',
    brand: 'rongjiu',
    kind: 'miniProgram',
    name: '母婴沙龙签到',
    channel: '线下活动',
    storeCode: 'RJ-CSLN',
    costFen: 210_000,
    weight: 4,
    silentDays: 12,
  },
  {
    key: 'school:rongjiu',
    brand: 'rongjiu',
    kind: 'miniProgram',
    name: '幼儿园合作',
    channel: '异业合作',
    storeCode: null,
    costFen: 120_000,
    weight: 3,
    silentDays: 5,
  },
  {
    key: 'service:rongjiu',
    brand: 'rongjiu',
    kind: 'wecom',
    name: '绒啾 售后卡',
    channel: '包裹卡',
    storeCode: 'RJ-SHYA',
    costFen: 20_000,
    weight: 3,
    silentDays: 0,
  },
]

/** The codes, made on their platforms through the product's own action. */
export async function makeCodes(
  ctx: Ctx,
  organisation: Organisation,
  couponBatches: Record<SampleBrand, Record<string, number>>,
  corpId: string,
): Promise<void> {
  const staff = await activeStaff({ corpId }, ctx.now)
  for (const plan of plans) {
    await onceOutside(ctx, `code:${plan.key}`, async () => {
      const brandCtx = systemCtx({ brandId: organisation.brandIds[plan.brand], now: ctx.now, name: '演示数据' })
      const storeId = plan.storeCode ? (organisation.storeIds[plan.storeCode] ?? null) : null
      const brandStaff = staff.filter(one => one.brandId === organisation.brandIds[plan.brand])
      const ofStore = brandStaff.filter(one => one.storeId === storeId)
      const staffIds = plan.kind === 'wecom' ? (ofStore.length > 0 ? ofStore : brandStaff).slice(0, 3).map(one => one.id) : []
      const backupStaffIds =
        plan.kind === 'wecom'
          ? brandStaff
              .filter(one => !staffIds.includes(one.id) && one.role === 'manager')
              .slice(0, 1)
              .map(one => one.id)
          : []
      const newcomer = couponBatches[plan.brand][`${plan.brand}:newcomer`] ?? null
      const welcome = {
        text: '{{ name }}，欢迎来到{{ brand }}{{ store }}！我是{{ staff }}，新人礼在下面，点开就能领。',
        imageId: null,
        card: { title: '领取新人礼', coverImageId: null, couponBatchId: newcomer, page: null },
      }
      const code = await createCode(brandCtx, {
        kind: plan.kind,
        name: plan.name,
        channel: plan.channel,
        storeId,
        staffIds,
        backupStaffIds,
        shifts: [],
        tagIds: [],
        wecomTagIds: [],
        remark: plan.kind === 'wecom' ? '{{ name }}' : '',
        welcome,
        isVerifySkipped: true,
        isExclusive: false,
        validFrom: null,
        validTo: null,
        costFen: plan.costFen,
      })
      await once(ctx, `codeId:${plan.key}`, async () => code.id)
    })
  }
}

/** Through which code everybody came: touches, and the daily counts of the funnel (per 100 scans: 71 add, 44 join, 39 claim). */
export async function makeFunnel(
  ctx: Ctx,
  people: readonly SamplePerson[],
  personIds: readonly number[],
  organisation: Organisation,
  seed: string,
): Promise<void> {
  await once(ctx, 'funnel', async () => {
    const random = randomOf(`${seed}:funnel`)
    const ids = new Map<string, number>()
    for (const plan of plans) {
      const known = await doneStep<number>(`codeId:${plan.key}`)
      if (known) ids.set(plan.key, known.detail)
    }
    const happened: Happened[] = []
    const touches: Touch[] = []
    const homes = new Map(friendsOf(people, seed).map(friend => [friend.personIndex, friend.storeCode]))
    for (const person of people) {
      const brand = BRANDS.find(key => person.members[key]) ?? 'lieye'
      const own = plans.filter(plan => plan.brand === brand && ids.has(plan.key))
      const home = own.find(plan => plan.key === `counter:${homes.get(person.index)}`)
      const plan = home && random.chance(0.55) ? home : own[random.weighted(own.map(one => one.weight))]
      const codeId = plan ? ids.get(plan.key) : undefined
      const at = person.firstSeenAt
      if (!plan || !codeId || at < addDays(ctx.now, -365) || at > addDays(ctx.now, -plan.silentDays)) continue
      const isAdd = person.externalUserId !== null && plan.kind === 'wecom'
      const joinedAt = person.members[brand]?.joinedAt
      const base = { codeId, staffId: null }
      happened.push({
        ...base,
        at,
        scans: 1,
        ...(isAdd ? { adds: 1 } : {}),
        ...(plan.kind === 'officialAccount' ? { adds: 1 } : {}),
      })
      // For every ten who came, four scanned and went no further.
      if (random.chance(0.4)) happened.push({ ...base, at, scans: 1 })
      if (joinedAt && joinedAt < ctx.now)
        happened.push({ ...base, at: joinedAt, joins: 1, ...(random.chance(0.88) ? { claims: 1 } : {}) })
      if (isAdd && random.chance(plan.channel === '商场中庭活动' ? 0.21 : 0.08))
        happened.push({
          ...base,
          at: new Date(Math.min(at.getTime() + random.int(1, 30) * 86_400_000, ctx.now.getTime() - 1)),
          losses: 1,
        })
      touches.push({
        key: `sample:${person.index}`,
        codeId,
        staffId: null,
        brandId: organisation.brandIds[brand],
        personId: personIds[person.index] ?? 0,
        openid: null,
        kind: isAdd ? 'add' : plan.kind === 'officialAccount' ? 'follow' : 'scan',
        at,
      })
    }
    await countHappened(ctx, [...happened, ...(await firstOrders(ctx, touches))])
    for (let from = 0; from < touches.length; from += 500) await noteTouches(ctx, touches.slice(from, from + 500))
  })
}

const CREDIT_MS = 30 * 86_400_000

/** The first order of each of them, when it came within the days for which a code has the credit. */
async function firstOrders(ctx: Ctx, touches: readonly Touch[]): Promise<Happened[]> {
  const first = new Map<string, { at: Date; amountFen: number }>()
  for (const brandId of new Set(touches.map(touch => touch.brandId))) {
    const ids = touches.flatMap(touch => (touch.brandId === brandId ? [touch.personId] : []))
    for (let from = 0; from < ids.length; from += 500) {
      for (const { personId, paidAt, amountFen } of await purchasesBetween(
        brandId,
        ids.slice(from, from + 500),
        new Date(0),
        ctx.now,
      )) {
        const known = first.get(`${brandId}:${personId}`)
        if (!known || paidAt < known.at) first.set(`${brandId}:${personId}`, { at: paidAt, amountFen })
      }
    }
  }
  return touches.flatMap(({ codeId, brandId, personId, at }) => {
    const order = first.get(`${brandId}:${personId}`)
    const isCredited = order && order.at >= at && order.at.getTime() - at.getTime() <= CREDIT_MS
    return isCredited ? [{ codeId, staffId: null, at: order.at, orders: 1, amountFen: order.amountFen }] : []
  })
}
