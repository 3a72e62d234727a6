import { Timeline } from 'antd'
import type { Output } from '../api/call.ts'
import { useCall } from '../api/hooks.ts'
import { dateTime, moneyShort } from '../format.ts'
import { t } from '../i18n.ts'
import { Pill } from '../parts/bits.tsx'

type Coupon = NonNullable<Output<'desk.find'>['coupon']>

/** This very coupon: can it be used, if not why, and its life so far. */
export function CouponStory({ coupon, code }: { coupon: Coupon; code: string }) {
  const why = useCall('coupons.why', code.length >= 4 ? { code } : { couponId: coupon.id }, { retry: false })
  const reasons = why.data?.reasons.map(reason => reason.text) ?? coupon.whyNot
  return (
    <section className="by-panel by-panel-body by-stack">
      <div className="by-row by-between by-wrap">
        <span className="by-row" style={{ gap: 12 }}>
          <span className="by-worth">
            <b>{coupon.valueText}</b>
          </span>
          <span className="by-stack-xs">
            <b>{coupon.name}</b>
            <span className="by-soft by-small">
              {why.data
                ? `${why.data.coupon.conditionText} · ${t('至', 'until')} ${dateTime(why.data.coupon.validTo)}`
                : coupon.codeMasked}
            </span>
          </span>
        </span>
        <Pill tone={reasons.length === 0 ? 'good' : 'bad'}>
          {reasons.length === 0 ? t('现在可以用', 'Usable now') : t('现在不能用', 'Not usable now')}
        </Pill>
      </div>
      {reasons.length > 0 && (
        <ul style={{ margin: 0, paddingLeft: 20 }}>
          {reasons.map(reason => (
            <li key={reason}>{reason}</li>
          ))}
        </ul>
      )}
      {why.data?.discountFen != null && (
        <span>{t(`可减 ${moneyShort(why.data.discountFen)}`, `Takes off ${moneyShort(why.data.discountFen)}`)}</span>
      )}
      {why.data && why.data.story.length > 0 && (
        <Timeline
          items={why.data.story.map((line, index) => ({
            key: index,
            content: (
              <span>
                {line.text} <span className="by-small by-faint">{dateTime(line.at)}</span>
              </span>
            ),
          }))}
        />
      )}
    </section>
  )
}
