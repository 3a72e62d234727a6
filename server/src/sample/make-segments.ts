import type { ClientRule } from '@banyan/shared'
import { Rule } from '@banyan/shared'
import { z } from 'zod'
import { type Ctx, systemCtx } from '../core/index.ts'
import { createSegment } from '../segments/index.ts'
import { createTag, putTag } from '../tags/index.ts'
import type { Organisation } from './make-brands.ts'
import type { SamplePerson } from './population.ts'
import { randomOf } from './random.ts'
import { once } from './steps.ts'
import type { SampleBrand } from './world.ts'

const days = (last: number) => ({ type: 'rolling' as const, last, unit: 'days' as const })
const paid = (window: ReturnType<typeof days>, op: '>=' | '=', value: number): ClientRule => ({
  kind: 'tracks',
  name: 'order_paid',
  window,
  measure: { of: 'count' },
  is: { op, value },
})

/** What brands really ask for, as rules. */
const plans: readonly { brand: SampleBrand; name: string; description: string; rule: ClientRule }[] = [
  {
    brand: 'lieye',
    name: '复购高价值持券会员',
    description: '90 天内下单 2 次以上、累计满 1,000 元、手里有券、青枝以上',
    rule: {
      kind: 'all',
      rules: [
        paid(days(90), '>=', 2),
        {
          kind: 'tracks',
          name: 'order_paid',
          window: days(365),
          measure: { of: 'sum', property: 'amountFen' },
          is: { op: '>', value: 100_000 },
        },
        { kind: 'number', field: 'couponsHeld', is: { op: '>=', value: 1 } },
        { kind: 'number', field: 'tierRank', is: { op: '>=', value: 1 } },
      ],
    },
  },
  {
    brand: 'lieye',
    name: '新客 7 日未下单',
    description: '入会 7 天内、还没有订单',
    rule: {
      kind: 'all',
      rules: [
        { kind: 'date', field: 'joinedAt', is: { op: 'within', window: days(7) } },
        { kind: 'tracks', name: 'order_paid', window: { type: 'none' }, measure: { of: 'count' }, is: { op: '=', value: 0 } },
      ],
    },
  },
  {
    brand: 'lieye',
    name: '首单后 14 天',
    description: '首单在过去 14 天内',
    rule: {
      kind: 'all',
      rules: [
        { kind: 'date', field: 'firstPaidAt', is: { op: 'within', window: days(14) } },
        { kind: 'number', field: 'ordersCount', is: { op: '=', value: 1 } },
      ],
    },
  },
  {
    brand: 'lieye',
    name: '精华该回购了',
    description: '55 到 75 天前买过精华，之后没有再买',
    rule: {
      kind: 'all',
      rules: [
        {
          kind: 'tracks',
          name: 'order_paid',
          window: days(75),
          filters: [{ property: 'skus', is: { op: 'contains', value: 'LY-ES01' } }],
          measure: { of: 'count' },
          is: { op: '>=', value: 1 },
        },
        { kind: 'tracks', name: 'order_paid', window: days(55), measure: { of: 'count' }, is: { op: '=', value: 0 } },
      ],
    },
  },
  {
    brand: 'lieye',
    name: '7 天后生日',
    description: '含 2 月 29 日',
    rule: {
      kind: 'all',
      rules: [
        { kind: 'anniversary', field: 'birthday', is: { op: 'inDays', fromDays: 0, toDays: 7 } },
        { kind: 'flag', field: 'isMember', isTrue: true },
      ],
    },
  },
  {
    brand: 'lieye',
    name: '30 天内积分到期',
    description: '30 天内有 300 分以上到期',
    rule: { kind: 'all', rules: [{ kind: 'number', field: 'pointsExpiring', is: { op: '>=', value: 300 } }] },
  },
  {
    brand: 'lieye',
    name: '等级 60 天内到期',
    description: '需要保级的青枝以上会员',
    rule: { kind: 'all', rules: [{ kind: 'date', field: 'tierEndsAt', is: { op: 'ahead', next: 60, unit: 'days' } }] },
  },
  {
    brand: 'lieye',
    name: '沉睡唤醒',
    description: '180 天没有下单、历史 2 单以上、同意营销',
    rule: {
      kind: 'all',
      rules: [
        { kind: 'number', field: 'ordersCount', is: { op: '>=', value: 2 } },
        { kind: 'date', field: 'lastPaidAt', is: { op: 'notWithin', window: days(180) } },
        { kind: 'consent', purpose: 'marketing', channel: 'any', isGranted: true },
      ],
    },
  },
  {
    brand: 'lieye',
    name: '企微好友未入会',
    description: '加了导购、还不是会员',
    rule: {
      kind: 'all',
      rules: [
        { kind: 'flag', field: 'isFriend', isTrue: true },
        { kind: 'flag', field: 'isMember', isTrue: false },
      ],
    },
  },
  {
    brand: 'rongjiu',
    name: '换季复购',
    description: '180 天内买过、近 60 天没有',
    rule: { kind: 'all', rules: [paid(days(180), '>=', 1), paid(days(60), '=', 0)] },
  },
  {
    brand: 'rongjiu',
    name: '大绒会员',
    description: '最高等级',
    rule: { kind: 'all', rules: [{ kind: 'number', field: 'tierRank', is: { op: '>=', value: 2 } }] },
  },
  {
    brand: 'rongjiu',
    name: '跨品牌介绍对象',
    description: '绒啾会员，还没有在枥野下过单',
    rule: {
      kind: 'all',
      rules: [
        { kind: 'flag', field: 'isMember', isTrue: true },
        { kind: 'number', field: 'ordersCount', is: { op: '>=', value: 1 } },
      ],
    },
  },
]

const tagPlans: readonly { brand: SampleBrand; name: string; groupName: string; color: string; share: number }[] = [
  { brand: 'lieye', name: '敏感肌', groupName: '肤质', color: '#C8372D', share: 0.14 },
  { brand: 'lieye', name: '干性', groupName: '肤质', color: '#3F6FB5', share: 0.22 },
  { brand: 'lieye', name: '油性', groupName: '肤质', color: '#C77700', share: 0.19 },
  { brand: 'lieye', name: '有 0-12 岁孩子', groupName: '家庭', color: '#7A5BA6', share: 0.21 },
  { brand: 'lieye', name: '空瓶回收', groupName: '活动', color: '#1F7A4D', share: 0.06 },
  { brand: 'lieye', name: '高意向', groupName: '意向', color: '#1F7A4D', share: 0.09 },
  { brand: 'rongjiu', name: '宝宝 0-3 岁', groupName: '年龄段', color: '#4F9DA6', share: 0.34 },
  { brand: 'rongjiu', name: '宝宝 3-6 岁', groupName: '年龄段', color: '#3F6FB5', share: 0.41 },
  { brand: 'rongjiu', name: '宝宝 6-12 岁', groupName: '年龄段', color: '#7A5BA6', share: 0.25 },
  { brand: 'rongjiu', name: '二胎家庭', groupName: '家庭', color: '#C77700', share: 0.12 },
]

export async function makeTags(
  ctx: Ctx,
  people: readonly SamplePerson[],
  personIds: readonly number[],
  organisation: Organisation,
): Promise<void> {
  for (const plan of tagPlans) {
    await once(ctx, `tag:${plan.brand}:${plan.name}`, async () => {
      const random = randomOf(`sample:tag:${plan.name}`)
      const brandCtx = systemCtx({ brandId: organisation.brandIds[plan.brand], now: ctx.now, name: '演示数据' })
      const tag = await createTag(brandCtx, { name: plan.name, groupName: plan.groupName, color: plan.color, isExclusive: false })
      const chosen = people
        .filter(person => person.members[plan.brand] && random.chance(plan.share))
        .map(person => personIds[person.index] ?? 0)
      await putTag(brandCtx, { tagId: tag.id, personIds: chosen, source: 'sample', why: '演示数据' })
      return tag.id
    })
  }
}

export async function makeSegments(ctx: Ctx, organisation: Organisation): Promise<void> {
  for (const plan of plans) {
    await once(ctx, `segment:${plan.brand}:${plan.name}`, async () => {
      const segment = await createSegment(
        systemCtx({ brandId: organisation.brandIds[plan.brand], now: ctx.now, name: '演示数据' }),
        { kind: 'dynamic', name: plan.name, description: plan.description, rule: z.decode(Rule, plan.rule) },
      )
      return segment.id
    })
  }
}
