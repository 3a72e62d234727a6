import { Link } from 'react-router'
import type { Output } from '../api/call.ts'
import { dateTime, money, number } from '../format.ts'
import { t } from '../i18n.ts'
import { messageTone } from '../messaging/words.tsx'
import { PersonMark, Pill, Time } from '../parts/bits.tsx'
import { Panel } from '../parts/page.tsx'
import { consentChannelName, personName, purposeName } from '../people/words.ts'

type Answer = NonNullable<Output<'desk.find'>['answer']>

export function DeskAnswer({ answer }: { answer: Answer }) {
  const { person } = answer
  return (
    <>
      <section className="by-panel by-panel-body by-row by-between by-wrap">
        <span className="by-row" style={{ gap: 12 }}>
          <PersonMark name={personName(person.name)} avatar={person.avatar} size={44} />
          <span className="by-stack-xs">
            <span className="by-row by-wrap">
              <b style={{ fontSize: 16 }}>{personName(person.name)}</b>
              <span className="by-soft">{person.phoneMasked}</span>
              {answer.memberships.map(one => (
                <Pill key={one.memberId} tone="good" isDotted={false}>
                  {one.brandName} {one.tierName}
                </Pill>
              ))}
            </span>
            <span className="by-soft">{answer.headline}</span>
          </span>
        </span>
        <Link to={`/admin/people/${person.id}`}>{t('看全景画像', 'Open his page')}</Link>
      </section>
      <div className="by-grid">
        <div className="span-6 by-stack">
          <Panel title={t('券能不能用', 'Coupons')} isFlush>
            {answer.coupons.length === 0 && <Nothing />}
            <ul className="by-list">
              {answer.coupons.map(coupon => (
                <li key={coupon.id}>
                  <div className="by-row by-between">
                    <span className="by-row by-grow">
                      <b className="by-nowrap">{coupon.valueText}</b>
                      <span className="by-clip">{coupon.name}</span>
                    </span>
                    <Pill tone={coupon.whyNot.length === 0 ? 'good' : 'plain'}>{coupon.statusText}</Pill>
                  </div>
                  <div className="by-small by-soft">
                    {coupon.whyNot.length > 0
                      ? coupon.whyNot.join('；')
                      : coupon.expiresAt
                        ? t(`可以用，到 ${dateTime(coupon.expiresAt)}`, `usable until ${dateTime(coupon.expiresAt)}`)
                        : t('可以用', 'usable')}
                  </div>
                </li>
              ))}
            </ul>
          </Panel>
          <Panel title={t('最近订单', 'Orders')} isFlush>
            {answer.orders.length === 0 && <Nothing />}
            <ul className="by-list">
              {answer.orders.map(order => (
                <li key={order.id} className="by-row by-between">
                  <span className="by-stack-xs by-grow">
                    <Link to={`/admin/orders/${order.id}`} className="by-clip">
                      {order.goods}
                    </Link>
                    <span className="by-small by-soft">
                      {order.orderNo} · {order.storeName} · {dateTime(order.paidAt)}
                    </span>
                  </span>
                  <span style={{ textAlign: 'right' }} className="by-stack-xs">
                    <b className="by-num">{money(order.amountFen)}</b>
                    <span className="by-small by-soft">
                      {order.refundedFen > 0
                        ? t(`已退 ${money(order.refundedFen)}`, `${money(order.refundedFen)} refunded`)
                        : order.statusText}
                    </span>
                  </span>
                </li>
              ))}
            </ul>
          </Panel>
        </div>
        <div className="span-6 by-stack">
          {answer.points.map(one => (
            <Panel key={one.memberId} title={t(`积分去了哪里 · ${one.brandName}`, `Points · ${one.brandName}`)} isFlush>
              <p style={{ padding: '12px 16px', borderBottom: '1px solid var(--by-line)' }}>{one.summary}</p>
              <ul className="by-list" style={{ maxHeight: 340, overflowY: 'auto' }}>
                {one.lines.map(line => (
                  <li key={`${line.at}${line.balance}${line.points}`} className="by-row by-between">
                    <span className="by-grow">{line.text}</span>
                    <span className="by-num" style={{ textAlign: 'right' }}>
                      <b className={line.points > 0 ? 'by-green' : ''}>
                        {line.points > 0 ? '+' : ''}
                        {number(line.points)}
                      </b>
                      <span className="by-small by-faint"> / {number(line.balance)}</span>
                    </span>
                  </li>
                ))}
              </ul>
            </Panel>
          ))}
          {answer.points.length === 0 && (
            <Panel title={t('积分', 'Points')}>
              <span className="by-soft">{t('他还不是会员，没有积分', 'Not a member, no points')}</span>
            </Panel>
          )}
          <Panel title={t('收到过的消息', 'Messages')} isFlush>
            {answer.messages.length === 0 && <Nothing />}
            <ul className="by-list">
              {answer.messages.map(message => (
                <li key={message.id} className="by-row by-between">
                  <span className="by-stack-xs by-grow">
                    <span className="by-clip">{message.title}</span>
                    <span className="by-small by-soft">
                      {message.reasonText} <Time at={message.at} />
                    </span>
                  </span>
                  <Pill tone={messageTone[message.status]}>{message.statusText}</Pill>
                </li>
              ))}
            </ul>
          </Panel>
          <Panel title={t('同意了什么', 'Consent')}>
            {answer.consents.length === 0 && <span className="by-soft">{t('没有任何授权', 'Nothing')}</span>}
            <div className="by-row by-wrap">
              {answer.consents.map(one => (
                <Pill key={`${one.brandId}${one.purpose}${one.channel}`} tone={one.isGranted ? 'good' : 'bad'}>
                  {purposeName(one.purpose)} · {consentChannelName(one.channel)}{' '}
                  {one.isGranted ? t('同意', 'yes') : t('拒绝', 'no')}
                </Pill>
              ))}
            </div>
          </Panel>
        </div>
      </div>
    </>
  )
}

const Nothing = () => (
  <div className="by-soft" style={{ padding: 16 }}>
    {t('没有', 'None')}
  </div>
)
