import type { Profile } from '@banyan/shared'
import { grouped, many, type Reader, say } from '../core/index.ts'
import { daysToBirthday, daysUntil, yuan } from './words.ts'

type Facts = Pick<Profile, 'person' | 'memberships' | 'coupons' | 'value' | 'consents' | 'openReviewIds'>

/** What whoever serves this person should know first; the weightiest first, five at most. */
export function hintsOf(reader: Reader, facts: Facts, now: Date): Profile['hints'] {
  const hints: Profile['hints'] = []
  const { person, memberships, coupons, value, consents, openReviewIds } = facts

  if (openReviewIds.length > 0)
    hints.push({
      kind: 'review',
      level: 'attention',
      text: say(reader, '可能与另一位客户是同一人，待总部审核', 'May be the same as somebody else: for review by headquarters'),
    })
  const refusal = consents.find(consent => consent.purpose === 'marketing' && !consent.isGranted)
  if (refusal)
    hints.push({
      kind: 'optedOut',
      level: 'attention',
      text: say(reader, '已拒绝营销信息，请勿推销', 'Refused marketing: do not promote'),
    })
  for (const { brandName, points } of memberships)
    if (points.debt > 0)
      hints.push({
        kind: 'debt',
        level: 'danger',
        text: say(
          reader,
          `${brandName}积分欠 ${grouped(points.debt)} 分，下次获得时抵扣`,
          `Owes ${many(points.debt, 'point')} at ${brandName}, taken from what is earned next`,
        ),
      })

  const birthdayIn = person.birthday ? daysToBirthday(person.birthday, now) : null
  if (birthdayIn !== null && birthdayIn <= 7)
    hints.push({
      kind: 'birthday',
      level: 'info',
      text:
        birthdayIn === 0
          ? say(reader, '今天生日，送上祝福', 'Birthday today: send wishes')
          : say(reader, `${birthdayIn} 天后生日`, `Birthday in ${many(birthdayIn, 'day')}`),
    })

  const ending = coupons
    .filter(coupon => coupon.status === 'available' && coupon.expiresAt !== null)
    .map(coupon => ({ coupon, days: daysUntil(new Date((coupon.expiresAt as Date).getTime() - 1), now) }))
    .filter(one => one.days >= 0 && one.days <= 7)
    .sort((a, b) => a.days - b.days)[0]
  if (ending)
    hints.push({
      kind: 'couponExpiring',
      level: ending.days <= 2 ? 'attention' : 'info',
      text: say(
        reader,
        `「${ending.coupon.name}」${ending.days === 0 ? '今天' : ` ${ending.days} 天后`}到期，提醒使用`,
        `“${ending.coupon.name}” ends ${ending.days === 0 ? 'today' : `in ${many(ending.days, 'day')}`}: remind`,
      ),
    })

  for (const { nextTier, tierEndsAt, tierRank, tierName } of memberships) {
    if (nextTier && nextTier.missingFen > 0 && nextTier.missingFen <= 20_000)
      hints.push({
        kind: 'tierUp',
        level: 'info',
        text: say(
          reader,
          `再消费 ${yuan(nextTier.missingFen)} 升级为${nextTier.name}`,
          `${yuan(nextTier.missingFen)} more for ${nextTier.name}`,
        ),
      })
    const endsIn = tierEndsAt ? daysUntil(tierEndsAt, now) : null
    if (tierRank > 0 && endsIn !== null && endsIn <= 30)
      hints.push({
        kind: 'tierEnding',
        level: 'attention',
        text:
          endsIn > 0
            ? say(reader, `${tierName}等级 ${endsIn} 天后到期`, `Tier ${tierName} ends in ${many(endsIn, 'day')}`)
            : say(reader, `${tierName}等级在宽限期内`, `Tier ${tierName} is in its grace period`),
      })
  }

  const sinceLast = value.lastPaidAt ? -daysUntil(value.lastPaidAt, now) : null
  if (sinceLast !== null && sinceLast >= 180 && value.ordersCount >= 2)
    hints.push({
      kind: 'lapsed',
      level: 'attention',
      text: say(reader, `${sinceLast} 天没有消费，值得主动联系`, `No purchase for ${sinceLast} days: worth a call`),
    })
  else if (memberships.length > 0 && value.ordersCount === 0 && -daysUntil(memberships[0]?.joinedAt ?? now, now) <= 14)
    hints.push({ kind: 'newcomer', level: 'info', text: say(reader, '新会员，还没有首单', 'New member, no first order yet') })

  const weight = { danger: 0, attention: 1, info: 2 }
  return hints.sort((a, b) => weight[a.level] - weight[b.level]).slice(0, 5)
}
