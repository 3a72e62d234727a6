import type { CouponBatchInput, CouponValue } from '@banyan/shared'
import { addDays, dayIn, shiftDay, startOfDay } from '../core/index.ts'
import type { SamplePerson } from './population.ts'
import { randomOf } from './random.ts'
import type { SampleBrand } from './world.ts'

export type BatchPlan = {
  key: string
  brand: SampleBrand
  input: Omit<CouponBatchInput, 'bearers' | 'storeIds' | 'rules'> & { rules?: string }
  claim: 'join' | 'window' | 'birthday' | 'tonight' | 'none'
  share: number
}

const cash = (yuan: number): CouponValue => ({ kind: 'cash', amountFen: yuan * 100 })
const percent = (percentOff: number, capYuan: number): CouponValue => ({ kind: 'percentage', percentOff, capFen: capYuan * 100 })

/** What the brands gave out in the year and give out now; all dates relative to today. */
export function couponPlans(today: Date): BatchPlan[] {
  const day = dayIn(today)
  const from = (days: number) => startOfDay(shiftDay(day, days))
  const plan = (
    brand: SampleBrand,
    key: string,
    name: string,
    value: CouponValue,
    of: {
      thresholdYuan?: number
      opensAt: Date
      closesAt: Date
      days?: number
      stock?: number
      claim: BatchPlan['claim']
      share?: number
      priceFen?: number
      tierRankMin?: number
      isPublic?: boolean
      perPersonLimit?: number
      validTo?: Date
      rules?: string
    },
  ): BatchPlan => ({
    key: `${brand}:${key}`,
    brand,
    claim: of.claim,
    share: of.share ?? 0,
    input: {
      name,
      value,
      thresholdFen: (of.thresholdYuan ?? 0) * 100,
      stock: of.stock ?? 5000,
      perPersonLimit: of.perPersonLimit ?? 1,
      opensAt: of.opensAt,
      closesAt: of.closesAt,
      priceFen: of.priceFen ?? 0,
      isPublic: of.isPublic ?? true,
      isMemberOnly: true,
      tierRankMin: of.tierRankMin ?? 0,
      validity: of.validTo
        ? { kind: 'fixed', from: of.opensAt, to: of.validTo }
        : { kind: 'relative', afterDays: 0, days: of.days ?? 30 },
      ...(of.rules ? { rules: of.rules } : {}),
    },
  })
  const season = (start: string, days: number) => {
    const opensAt = lastStart(day, start)
    return { opensAt, closesAt: addDays(opensAt, days) }
  }
  return [
    plan('lieye', 'newcomer', '新客满 300 减 40', cash(40), {
      thresholdYuan: 300,
      opensAt: from(-400),
      closesAt: from(90),
      claim: 'join',
      share: 0.88,
      stock: 20_000,
      rules: '每位新会员限领一张，全部门店和线上商城可用，不与其他券同用。',
    }),
    plan('lieye', '38', '38 节 8.5 折', percent(15, 60), {
      thresholdYuan: 200,
      ...season('03-01', 10),
      days: 14,
      claim: 'window',
      share: 0.2,
    }),
    plan('lieye', '618', '618 满 400 减 60', cash(60), {
      thresholdYuan: 400,
      ...season('06-01', 20),
      days: 20,
      claim: 'window',
      share: 0.24,
    }),
    plan('lieye', 'qixi', '七夕礼盒 满 500 减 80', cash(80), {
      thresholdYuan: 500,
      ...season('08-10', 10),
      days: 12,
      claim: 'window',
      share: 0.06,
    }),
    plan('lieye', 'moon', '中秋会员日 满 200 减 20', cash(20), {
      thresholdYuan: 200,
      ...season('09-18', 8),
      days: 15,
      claim: 'window',
      share: 0.18,
    }),
    plan('lieye', '1111', '双 11 满 300 减 40', cash(40), {
      thresholdYuan: 300,
      ...season('11-01', 12),
      days: 15,
      claim: 'window',
      share: 0.3,
    }),
    plan('lieye', 'birthday', '生日月 9 折', percent(10, 50), {
      opensAt: from(-366),
      closesAt: from(200),
      days: 30,
      claim: 'birthday',
      share: 0.55,
      isPublic: false,
      perPersonLimit: 2,
    }),
    plan('lieye', 'winter', '冬季焕新 满 200 减 25', cash(25), {
      thresholdYuan: 200,
      opensAt: from(-10),
      closesAt: from(25),
      days: 21,
      claim: 'window',
      share: 0.14,
    }),
    plan('lieye', 'tonight', '回归礼 ¥20（今晚到期）', cash(20), {
      opensAt: from(-14),
      closesAt: from(1),
      validTo: from(1),
      claim: 'tonight',
      share: 212,
      stock: 300,
      isPublic: false,
    }),
    plan(
      'lieye',
      'trial',
      '新品试用装兑换券',
      { kind: 'exchange', item: '夜息修护油 5ml' },
      { opensAt: from(-5), closesAt: from(20), days: 15, claim: 'window', share: 0.05, stock: 300, tierRankMin: 1 },
    ),
    plan(
      'lieye',
      'paid',
      '旅行四件套 ¥9.9 购',
      { kind: 'exchange', item: '旅行四件套' },
      { opensAt: from(-3), closesAt: from(30), days: 30, claim: 'none', stock: 200, priceFen: 990 },
    ),
    plan('lieye', 'flash', '限量 100 张：满 199 减 100', cash(100), {
      thresholdYuan: 199,
      opensAt: from(2),
      closesAt: from(3),
      days: 7,
      claim: 'none',
      stock: 100,
    }),
    plan(
      'lieye',
      'care',
      '肩颈护理 3 次卡',
      { kind: 'service', item: '肩颈护理', times: 3 },
      {
        opensAt: from(-60),
        closesAt: from(120),
        days: 180,
        claim: 'window',
        share: 0.012,
        stock: 200,
        tierRankMin: 2,
        isPublic: false,
      },
    ),
    plan('rongjiu', 'newcomer', '新客满 200 减 30', cash(30), {
      thresholdYuan: 200,
      opensAt: from(-400),
      closesAt: from(90),
      claim: 'join',
      share: 0.86,
      stock: 20_000,
    }),
    plan('rongjiu', 'newyear', '年货节 满 300 减 50', cash(50), {
      thresholdYuan: 300,
      ...season('01-08', 20),
      days: 20,
      claim: 'window',
      share: 0.22,
    }),
    plan('rongjiu', '61', '六一亲子 8 折', percent(20, 100), {
      thresholdYuan: 300,
      ...season('05-22', 12),
      days: 14,
      claim: 'window',
      share: 0.16,
    }),
    plan('rongjiu', 'school', '开学季 满 400 减 60', cash(60), {
      thresholdYuan: 400,
      ...season('08-18', 18),
      days: 18,
      claim: 'window',
      share: 0.2,
    }),
    plan('rongjiu', '1111', '双 11 满 300 减 40', cash(40), {
      thresholdYuan: 300,
      ...season('11-01', 12),
      days: 15,
      claim: 'window',
      share: 0.26,
    }),
    plan(
      'rongjiu',
      'freight',
      '包邮券',
      { kind: 'freight', capFen: 1500 },
      { opensAt: from(-20), closesAt: from(40), days: 30, claim: 'window', share: 0.1 },
    ),
    plan('rongjiu', 'warm', '羽绒季 满 500 减 70', cash(70), {
      thresholdYuan: 500,
      opensAt: from(-12),
      closesAt: from(30),
      days: 25,
      claim: 'window',
      share: 0.15,
    }),
  ]
}

/** The latest time that day of the year has come. */
function lastStart(today: string, monthDay: string): Date {
  const thisYear = `${today.slice(0, 4)}-${monthDay}`
  return startOfDay(thisYear <= today ? thisYear : `${Number(today.slice(0, 4)) - 1}-${monthDay}`)
}

export type ClaimPlan = { batchKey: string; personIndex: number; at: Date }

/** Who took which coupon when, oldest first. */
export function claimPlans(
  seed: string,
  brand: SampleBrand,
  plans: readonly BatchPlan[],
  people: readonly SamplePerson[],
  today: Date,
): ClaimPlan[] {
  const random = randomOf(`${seed}:claims:${brand}`)
  const members = people.flatMap(person => (person.members[brand] ? [{ person, joinedAt: person.members[brand].joinedAt }] : []))
  const list: ClaimPlan[] = []
  for (const plan of plans.filter(one => one.brand === brand)) {
    const { opensAt, closesAt } = plan.input
    const end = Math.min(closesAt.getTime(), today.getTime()) - 1000
    const add = (person: SamplePerson, at: number) =>
      list.push({ batchKey: plan.key, personIndex: person.index, at: new Date(Math.min(at, today.getTime() - 1000)) })
    if (plan.claim === 'tonight')
      for (const { person, joinedAt } of members.filter(one => one.joinedAt < opensAt).slice(100, 100 + plan.share))
        add(person, Math.max(opensAt.getTime(), joinedAt.getTime()) + random.int(1, 9) * 86_400_000)
    for (const { person, joinedAt } of plan.claim === 'tonight' ? [] : members) {
      if (!random.chance(plan.share)) continue
      if (plan.claim === 'join' && joinedAt > opensAt) add(person, joinedAt.getTime() + random.int(1, 60) * 60_000)
      if (plan.claim === 'birthday' && person.birthday)
        add(person, birthdayMonth(person.birthday, today) + random.int(0, 20) * 86_400_000 + random.int(9, 21) * 3_600_000)
      if (plan.claim === 'window' && joinedAt.getTime() < end) {
        const start = Math.max(opensAt.getTime(), joinedAt.getTime())
        if (start < end) add(person, start + Math.floor(random.next() * random.next() * (end - start)))
      }
    }
  }
  const joined = new Map(members.map(one => [one.person.index, one.joinedAt]))
  return list.filter(one => one.at > (joined.get(one.personIndex) ?? today)).sort((a, b) => a.at.getTime() - b.at.getTime())
}

function birthdayMonth(birthday: string, today: Date): number {
  return lastStart(dayIn(today), `${birthday.slice(5, 7)}-01`).getTime()
}
