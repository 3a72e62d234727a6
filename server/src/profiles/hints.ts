import type { Profile } from '@banyan/shared'
import { count, daysToBirthday, daysUntil, yuan } from './words.ts'

type Facts = Pick<Profile, 'person' | 'memberships' | 'coupons' | 'value' | 'consents' | 'openReviewIds'>

/** What whoever serves this person should know first; the weightiest first, five at most. */
export function hintsOf(facts: Facts, now: Date): Profile['hints'] {
  const hints: Profile['hints'] = []
  const { person, memberships, coupons, value, consents, openReviewIds } = facts

  if (openReviewIds.length > 0) hints.push({ kind: 'review', level: 'attention', zh: '可能与另一位客户是同一人，待总部审核' })
  const refusal = consents.find(consent => consent.purpose === 'marketing' && !consent.isGranted)
  if (refusal) hints.push({ kind: 'optedOut', level: 'attention', zh: '已拒绝营销信息，请勿推销' })
  for (const { brandName, points } of memberships)
    if (points.debt > 0)
      hints.push({ kind: 'debt', level: 'danger', zh: `${brandName}积分欠 ${count(points.debt)} 分，下次获得时抵扣` })

  const birthdayIn = person.birthday ? daysToBirthday(person.birthday, now) : null
  if (birthdayIn !== null && birthdayIn <= 7)
    hints.push({ kind: 'birthday', level: 'info', zh: birthdayIn === 0 ? '今天生日，送上祝福' : `${birthdayIn} 天后生日` })

  const ending = coupons
    .filter(coupon => coupon.status === 'available' && coupon.expiresAt !== null)
    .map(coupon => ({ coupon, days: daysUntil(new Date((coupon.expiresAt as Date).getTime() - 1), now) }))
    .filter(one => one.days >= 0 && one.days <= 7)
    .sort((a, b) => a.days - b.days)[0]
  if (ending)
    hints.push({
      kind: 'couponExpiring',
      level: ending.days <= 2 ? 'attention' : 'info',
      zh: `「${ending.coupon.name}」${ending.days === 0 ? '今天' : ` ${ending.days} 天后`}到期，提醒使用`,
    })

  for (const { nextTier, tierEndsAt, tierRank, tierName } of memberships) {
    if (nextTier && nextTier.missingFen > 0 && nextTier.missingFen <= 20_000)
      hints.push({ kind: 'tierUp', level: 'info', zh: `再消费 ${yuan(nextTier.missingFen)} 升级为${nextTier.name}` })
    const endsIn = tierEndsAt ? daysUntil(tierEndsAt, now) : null
    if (tierRank > 0 && endsIn !== null && endsIn <= 30)
      hints.push({
        kind: 'tierEnding',
        level: 'attention',
        zh: endsIn > 0 ? `${tierName}等级 ${endsIn} 天后到期` : `${tierName}等级在宽限期内`,
      })
  }

  const sinceLast = value.lastPaidAt ? -daysUntil(value.lastPaidAt, now) : null
  if (sinceLast !== null && sinceLast >= 180 && value.ordersCount >= 2)
    hints.push({ kind: 'lapsed', level: 'attention', zh: `${sinceLast} 天没有消费，值得主动联系` })
  else if (memberships.length > 0 && value.ordersCount === 0 && -daysUntil(memberships[0]?.joinedAt ?? now, now) <= 14)
    hints.push({ kind: 'newcomer', level: 'info', zh: '新会员，还没有首单' })

  const weight = { danger: 0, attention: 1, info: 2 }
  return hints.sort((a, b) => weight[a.level] - weight[b.level]).slice(0, 5)
}
