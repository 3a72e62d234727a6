import type { Output } from '../client/types.ts'
import { platform } from '../platform/index.ts'
import { simulator } from '../platform/simulator.ts'

type Profile = Output<'profiles.get'>

export type Reply = { key: string; title: string; text: string; isOwn: boolean }

const OWN_MAX = 20

/** Ready words for the moment, filled with what is known; the ones that fit this customer now come first. */
export function repliesFor(profile: Profile, staffName: string, storeName: string): Reply[] {
  const name = profile.person.name ?? '您'
  const membership = profile.memberships[0]
  const coupon = profile.coupons.find(one => one.status === 'available')
  const last = profile.orders[0]
  const hasHint = (kind: string) => profile.hints.some(hint => hint.kind === kind)
  const ready: ((Reply & { isNow: boolean }) | null)[] = [
    coupon
      ? {
          key: 'coupon',
          title: '提醒用券',
          text: `${name}，您的「${coupon.name}」还没用，到${storeName}出示会员码就能用，别过期啦。`,
          isOwn: false,
          isNow: hasHint('couponExpiring'),
        }
      : null,
    {
      key: 'birthday',
      title: '生日祝福',
      text: `${name}，生日快乐！给您备了一份小礼物，来${storeName}时找我${staffName}领取。`,
      isOwn: false,
      isNow: hasHint('birthday'),
    },
    membership?.nextTier
      ? {
          key: 'tier',
          title: '快升级了',
          text: `${name}，您再消费 ${(membership.nextTier.missingFen / 100).toFixed(0)} 元就升到「${membership.nextTier.name}」，权益更多。`,
          isOwn: false,
          isNow: hasHint('tierUp'),
        }
      : null,
    last
      ? {
          key: 'after',
          title: '售后关心',
          text: `${name}，上次的${last.goods}用着还习惯吗？有任何问题随时找我。`,
          isOwn: false,
          isNow: false,
        }
      : null,
    {
      key: 'hello',
      title: '自我介绍',
      text: `${name}您好，我是${storeName}的${staffName}，有需要随时找我。`,
      isOwn: false,
      isNow: hasHint('newcomer'),
    },
    {
      key: 'thanks',
      title: '感谢到店',
      text: `${name}，谢谢您今天来${storeName}。积分已记好，在小程序里能看到。`,
      isOwn: false,
      isNow: false,
    },
  ]
  const fitting = ready.filter(reply => reply !== null).sort((a, b) => Number(b.isNow) - Number(a.isNow))
  return [...readOwn(), ...fitting]
}

/** A staff member's own words stay on his device. */
export function keepOwn(text: string) {
  const own = readOwn().filter(reply => reply.text !== text)
  own.unshift({ key: `own-${Date.now()}`, title: '我的话术', text, isOwn: true })
  platform.write(storageKey(), JSON.stringify(own.slice(0, OWN_MAX)))
}

export function dropOwn(key: string) {
  platform.write(storageKey(), JSON.stringify(readOwn().filter(reply => reply.key !== key)))
}

function readOwn(): Reply[] {
  return JSON.parse(platform.read(storageKey()) ?? '[]') as Reply[]
}

const storageKey = () => `banyan.replies.${simulator.staffId() ?? ''}`
