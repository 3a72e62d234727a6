import { SearchOutlined } from '@ant-design/icons'
import { Alert, Button, Input, type InputRef } from 'antd'
import { useEffect, useRef, useState } from 'react'
import { Link, useSearchParams } from 'react-router'
import { useCall } from '../api/hooks.ts'
import { t } from '../i18n.ts'
import { PersonMark } from '../parts/bits.tsx'
import { useSlash } from '../parts/keys.ts'
import { Page } from '../parts/page.tsx'
import { EmptyState, Loaded } from '../parts/states.tsx'
import { personName } from '../people/words.ts'
import { CouponStory } from './coupon-story.tsx'
import { DeskAnswer } from './desk-answer.tsx'

/** One box, any identifier: why a coupon cannot be used, where the points went, in words one can read out. */
export function DeskPage() {
  const [params, setParams] = useSearchParams()
  const q = params.get('q') ?? ''
  const personId = Number(params.get('personId')) || undefined
  const [text, setText] = useState(q)
  const box = useRef<InputRef>(null)
  useSlash(() => box.current?.focus({ cursor: 'all' }))
  useEffect(() => setText(q), [q])
  const asked = q || (personId ? String(personId) : '')
  const found = useCall('desk.find', { q: asked, personId }, { enabled: asked.length > 0, keepPrevious: true })
  const search = () => setParams(text.trim() ? { q: text.trim() } : {})
  return (
    <Page
      title={t('客服台', 'Service desk')}
      text={t(
        '手机号、后四位、会员号、会员码、券码、订单号、OpenID：贴进来就好。',
        'Phone, its last four, member number or code, coupon code, order number, OpenID: paste it.',
      )}
    >
      <Input
        ref={box}
        size="large"
        autoFocus
        value={text}
        prefix={<SearchOutlined className="by-faint" />}
        suffix={
          <Button type="primary" size="small" onClick={search}>
            {t('查', 'Find')}
          </Button>
        }
        placeholder={t('例如 13800000000、LY100023', 'For example 13800000000, LY100023')}
        onChange={event => setText(event.target.value)}
        onPressEnter={search}
        style={{ maxWidth: 720 }}
        aria-label={t('任意标识', 'Any identifier')}
      />
      {!asked ? (
        <div style={{ maxWidth: 720 }}>
          <EmptyState
            icon={<SearchOutlined />}
            title={t('客户来电了？', 'Somebody on the line?')}
            text={t(
              '贴进他报的任何号码，这里直接告诉您：券为什么不能用、积分去了哪里、最近收到过什么消息。',
              'Paste whatever he says; the answers are in words you can read out.',
            )}
          />
        </div>
      ) : (
        <Loaded of={found}>
          {data => (
            <div className="by-stack">
              {data.coupon && <CouponStory coupon={data.coupon} code={q} />}
              {!data.answer && data.candidates.length > 0 && (
                <section className="by-panel">
                  <div className="by-panel-head">
                    <h2>{t(`找到 ${data.candidates.length} 位，是哪一位？`, `${data.candidates.length} people: which one?`)}</h2>
                  </div>
                  <ul className="by-list">
                    {data.candidates.map(person => (
                      <li key={person.id}>
                        <Link
                          to={`/admin/desk?q=${encodeURIComponent(q)}&personId=${person.id}`}
                          className="by-row by-between"
                          style={{ color: 'inherit' }}
                        >
                          <span className="by-row">
                            <PersonMark name={personName(person.name)} avatar={person.avatar} size={28} />
                            <b>{personName(person.name)}</b>
                            <span className="by-soft">{person.phoneMasked}</span>
                          </span>
                          <span className="by-soft by-small">
                            {[person.tierName, person.memberNo, person.city].filter(Boolean).join(' · ')}
                          </span>
                        </Link>
                      </li>
                    ))}
                  </ul>
                </section>
              )}
              {!data.answer && data.candidates.length === 0 && !data.coupon && (
                <Alert
                  type="warning"
                  showIcon
                  title={t('没有找到这个人', 'Nobody found')}
                  description={t(
                    '请核对号码；也可以问他的手机号后四位，或让他打开小程序出示会员码。',
                    'Check the number; or ask for the last four digits of his phone, or his member code.',
                  )}
                />
              )}
              {data.answer && <DeskAnswer answer={data.answer} />}
            </div>
          )}
        </Loaded>
      )}
    </Page>
  )
}
