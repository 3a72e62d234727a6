import { dayIn, shiftDay, startOfDay } from '../core/index.ts'
import type { SampleBrand } from './world.ts'

/** One send of the past year: which template (by its title there), to whom, when, and how many of its readers tap. */
export type PastSend = {
  key: string
  brand: SampleBrand
  name: string
  channel: 'template' | 'subscribe'
  title: string
  at: Date
  to: 'members' | 'buyers' | 'sleepers' | 'birthdays'
  count: number
  clickShare: number
  values: Record<string, string>
  page: string
  /** The segment that such people are found by today. */
  segment?: string
  /** What went wrong at the platform while it was sent. */
  fault?: { kind: 'templateFails' | 'lostAnswer'; remaining: number }
}

const ACTIVITY = '活动开始提醒'
const COUPON = '优惠券到期提醒'
const POINTS = '积分变动通知'
const TIER = '会员等级到期提醒'
const REWARD = '奖励待领取提醒'
const OFFERS = 'pages/centre/index'
const COUPONS = 'pages/coupons/index'
const LEVELS = 'pages/member/tiers'
const LEDGER = 'pages/member/points'

/** The year's sends, oldest first: festivals by the calendar, the rest by days before today. */
export function pastSends(today: Date): PastSend[] {
  const day = dayIn(today)
  const on = (monthDay: string) => {
    const thisYear = `${day.slice(0, 4)}-${monthDay}`
    return at10(thisYear < day ? thisYear : `${Number(day.slice(0, 4)) - 1}-${monthDay}`)
  }
  const ago = (days: number) => at10(shiftDay(day, -days))
  const send = (key: string, at: Date, rest: Omit<PastSend, 'key' | 'brand' | 'at'>): PastSend => ({
    key,
    brand: key.endsWith('B') ? 'rongjiu' : 'lieye',
    at,
    ...rest,
  })
  const activity = (name: string, thing: string, words: string, at: Date, count: number) => ({
    name,
    channel: 'subscribe' as const,
    title: ACTIVITY,
    to: 'members' as const,
    count,
    clickShare: 0.31,
    values: { thing1: thing, time2: `${dayIn(at)} 10:00`, thing3: words },
    page: OFFERS,
  })
  const coupons = (name: string, coupon: string, at: Date, count: number) => ({
    name,
    channel: 'template' as const,
    title: COUPON,
    to: 'members' as const,
    count,
    clickShare: 0.26,
    values: { thing1: coupon, thing2: '全部门店', time3: `${shiftDay(dayIn(at), 3)} 23:59` },
    page: COUPONS,
  })
  const tier = (name: string, level: string, at: Date, count: number) => ({
    name,
    channel: 'template' as const,
    title: TIER,
    to: 'buyers' as const,
    count,
    clickShare: 0.22,
    values: { phrase1: level, time2: shiftDay(dayIn(at), 30), thing3: '到期前再消费可保级' },
    page: LEVELS,
  })
  const points = (name: string, reason: string, at: Date, count: number) => ({
    name,
    channel: 'template' as const,
    title: POINTS,
    to: 'buyers' as const,
    count,
    clickShare: 0.19,
    values: { thing1: reason, number2: '-300', number3: '{{ member.points }}', time4: shiftDay(dayIn(at), 30) },
    page: LEDGER,
  })
  return [
    send('points-year-end', on('12-05'), points('积分年末到期提醒', '30 天内到期', on('12-05'), 70)),
    send('newyear-B', on('01-08'), activity('年货节预告', '绒啾年货节', '会员专享双倍积分', on('01-08'), 80)),
    send('women', on('03-07'), activity('38 节双倍积分', '枥野 38 节', '三天双倍积分', on('03-07'), 90)),
    send('recycle', on('04-22'), {
      ...points('空瓶回收积分到账', '空瓶回收返积分', on('04-22'), 40),
      values: { thing1: '空瓶回收返积分', number2: '80', number3: '{{ member.points }}', time4: dayIn(on('04-22')) },
    }),
    send('children-B', on('05-28'), activity('六一亲子套装', '六一亲子节', '亲子套装满赠', on('05-28'), 80)),
    send('618', on('06-15'), activity('618 会员预告', '枥野 618', '阶梯满减与会员赠品', on('06-15'), 100)),
    send('618-ends', on('06-30'), coupons('618 券到期提醒', '618 满 400 减 60', on('06-30'), 80)),
    send('qixi', on('08-17'), activity('七夕礼盒', '枥野七夕礼盒', '限量礼盒会员先选', on('08-17'), 60)),
    send('school-B', on('08-20'), activity('开学季换购', '绒啾开学季', '书包换购', on('08-20'), 80)),
    send('sleepers', ago(75), {
      ...activity('沉睡唤醒', '老朋友的回归礼', '到店领取旅行装', ago(75), 90),
      to: 'sleepers',
      clickShare: 0.12,
      segment: '沉睡唤醒',
    }),
    send('moon', on('09-22'), activity('中秋会员日', '枥野中秋会员日', '会员专享礼', on('09-22'), 90)),
    send('tier-summer', ago(120), {
      ...tier('保级提醒（夏季）', '青枝会员', ago(120), 80),
      segment: '等级 60 天内到期',
      fault: { kind: 'templateFails', remaining: 2 },
    }),
    send('tier-B', ago(45), tier('保级提醒', '中绒会员', ago(45), 60)),
    send('birthday', ago(33), {
      name: '生日月礼待领取',
      channel: 'subscribe',
      title: REWARD,
      to: 'birthdays',
      count: 60,
      clickShare: 0.42,
      values: { thing1: '生日月 9 折券', time3: `${shiftDay(dayIn(ago(33)), 30)} 23:59`, thing4: '在小程序领取' },
      page: COUPONS,
      segment: '7 天后生日',
    }),
    send('1111', on('11-01'), activity('双 11 预售', '枥野双 11', '预售与会员专享赠品', on('11-01'), 110)),
    send('1111-B', on('11-02'), activity('双 11 童装会场', '绒啾双 11', '会员先逛一小时', on('11-02'), 80)),
    send('warm-ends-B', ago(5), coupons('羽绒季券到期提醒', '羽绒季 满 500 减 70', ago(5), 60)),
    send('points-month', ago(4), {
      ...points('积分到期提醒', '30 天内到期', ago(4), 70),
      segment: '30 天内积分到期',
      fault: { kind: 'lostAnswer', remaining: 1 },
    }),
  ].sort((a, b) => a.at.getTime() - b.at.getTime())
}

function at10(day: string): Date {
  return new Date(startOfDay(day).getTime() + 10 * 3_600_000 + 5 * 60_000)
}
