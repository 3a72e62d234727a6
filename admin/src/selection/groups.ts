import { t } from '../i18n.ts'
import type { CatalogueField } from './types.ts'

export const groupLabel = (group: CatalogueField['group'] | 'tag' | 'track' | 'consent' | 'segment' | 'related'): string =>
  ({
    profile: t('基本资料', 'Profile'),
    member: t('会员', 'Member'),
    value: t('消费', 'Purchases'),
    coupon: t('优惠券', 'Coupons'),
    channel: t('渠道', 'Channel'),
    attribute: t('属性', 'Attributes'),
    tag: t('标签', 'Tags'),
    track: t('行为', 'Behaviour'),
    related: t('关联主体', 'Related'),
    consent: t('授权', 'Consent'),
    segment: t('人群', 'Segments'),
  })[group]

/** What comes with both languages, in the reader's. */
export function fieldLabel(of: { zh: string; en: string }): string
export function fieldLabel(of: { zh: string; en: string } | undefined): string | undefined
export function fieldLabel(of: { zh: string; en: string } | undefined): string | undefined {
  return of && t(of.zh, of.en)
}
