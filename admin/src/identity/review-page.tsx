import './review.css'
import { Button, Input, Radio } from 'antd'
import { useState } from 'react'
import { Link, useNavigate, useParams } from 'react-router'
import type { Output } from '../api/call.ts'
import { useCall, useCommand } from '../api/hooks.ts'
import { useMay, useNames } from '../app/me.ts'
import { date, relative } from '../format.ts'
import { t } from '../i18n.ts'
import { PersonMark, Time } from '../parts/bits.tsx'
import { useConfirm } from '../parts/confirm.tsx'
import { Page, Panel } from '../parts/page.tsx'
import { Loaded } from '../parts/states.tsx'
import { genderName, identifierName, personName, sourceName } from '../people/words.ts'
import { MergePreview } from './merge-preview.tsx'
import { reviewKind, reviewStatus } from './reviews-page.tsx'

type Detail = Output<'reviews.get'>
type Side = Detail['sides'][number]

/** Both side by side: what agrees is marked, what clashes stands out, and the dry run says what a merge would do. */
export function ReviewPage() {
  const reviewId = Number(useParams().reviewId)
  const review = useCall('reviews.get', { reviewId })
  return (
    <Page
      title={t('核对身份', 'Review')}
      mark={review.data && reviewKind(review.data.kind)}
      text={review.data?.text}
      back={{ to: '/admin/reviews', label: t('身份审核', 'Identity reviews') }}
    >
      <Loaded of={review}>{data => <Content review={data} />}</Loaded>
    </Page>
  )
}

function Content({ review }: { review: Detail }) {
  const may = useMay()
  const confirm = useConfirm()
  const navigate = useNavigate()
  const [survivorId, setSurvivorId] = useState(review.preview.survivorId)
  const [reason, setReason] = useState('')
  const merge = useCommand('reviews.merge', { refreshes: ['reviews.', 'people.', 'profiles.', 'identity.', 'overview.'] })
  const reject = useCommand('reviews.reject', { refreshes: ['reviews.', 'people.', 'profiles.', 'identity.', 'overview.'] })
  const isOpen = review.status === 'open'
  return (
    <>
      <div className="by-sides">
        {review.sides.map(side => (
          <SideCard
            key={side.person.id}
            side={side}
            others={review.sides.filter(one => one !== side)}
            matchedTypes={review.matchedTypes}
            isKept={side.person.id === survivorId}
          >
            {isOpen && (
              <Radio checked={side.person.id === survivorId} onChange={() => setSurvivorId(side.person.id)}>
                {t('合并后保留这个编号', 'Keep this id')}
              </Radio>
            )}
          </SideCard>
        ))}
      </div>
      <Panel title={t('如果合并', 'If merged')}>
        <MergePreview preview={review.preview} />
      </Panel>
      {isOpen ? (
        <div className="by-editor-save">
          <Input
            style={{ maxWidth: 360 }}
            value={reason}
            maxLength={200}
            placeholder={t('判为两人时的原因（可选）', 'Reason, when they are two (optional)')}
            onChange={event => setReason(event.target.value)}
          />
          <div className="by-actions">
            {may('reviews.reject') && (
              <Button
                onClick={() =>
                  confirm({
                    title: t('他们是两个人？', 'Are they two people?'),
                    consequence: t(
                      '这两位客户以后不会再自动合并，也不会再出现在待审核里。',
                      'They will never be joined by themselves, nor be reviewed again.',
                    ),
                    verb: t('判为两人', 'They are two'),
                    run: async () => {
                      await reject.mutateAsync({ reviewId: review.id, reason: reason || undefined })
                      navigate('/admin/reviews')
                    },
                  })
                }
              >
                {t('不是同一个人', 'They are two people')}
              </Button>
            )}
            {may('reviews.merge') && (
              <Button
                type="primary"
                onClick={() =>
                  confirm({
                    title: t('合并这两位客户？', 'Merge them?'),
                    consequence: t(
                      '标识、积分、优惠券、订单和标签会归到一个人名下；以后任何时候都可以拆分，恢复原样。',
                      'Identifiers, points, coupons, orders and tags come under one person. It can be undone at any time.',
                    ),
                    verb: t('合并', 'Merge'),
                    run: async () => {
                      const { personId } = await merge.mutateAsync({ reviewId: review.id, survivorId })
                      navigate(`/admin/people/${personId}`)
                    },
                    done: t('已合并', 'Merged'),
                  })
                }
              >
                {t('是同一个人，合并', 'One person: merge')}
              </Button>
            )}
          </div>
        </div>
      ) : (
        <p className="by-soft">
          {reviewStatus(review.status)} · {review.decidedBy} · <Time at={review.decidedAt} />
        </p>
      )}
    </>
  )
}

function SideCard({
  side,
  others,
  isKept,
  matchedTypes,
  children,
}: {
  side: Side
  others: Side[]
  isKept: boolean
  matchedTypes: string[]
  children: React.ReactNode
}) {
  const { brandName } = useNames()
  const { person } = side
  const facts: [string, string | null][] = [
    [t('姓名', 'Name'), person.name],
    [t('手机', 'Phone'), person.phoneMasked],
    [t('性别', 'Gender'), genderName(person.gender)],
    [t('生日', 'Birthday'), person.birthday],
    [t('城市', 'City'), person.city],
    [t('品牌', 'Brands'), person.brandIds.map(brandName).join('、') || null],
    [t('来源', 'Source'), sourceName(person.firstSource)],
    [t('首次出现', 'First seen'), date(person.createdAt)],
    [t('最近出现', 'Last seen'), relative(person.lastSeenAt)],
  ]
  const otherFacts = others.map(other => [
    other.person.name,
    other.person.phoneMasked,
    genderName(other.person.gender),
    other.person.birthday,
    other.person.city,
  ])
  const verdict = (index: number, value: string | null) => {
    if (index > 4 || !value) return ''
    const values = otherFacts.map(one => one[index]).filter(Boolean)
    return values.length === 0 ? '' : values.includes(value) ? 'is-same' : 'is-other'
  }
  const otherTypes = new Set(others.flatMap(other => other.identifiers.map(one => `${one.type} ${one.scope}`)))
  return (
    <section className="by-panel" style={isKept ? { borderColor: 'var(--by-green)' } : undefined}>
      <div className="by-panel-head">
        <Link to={`/admin/people/${person.id}`} className="by-row">
          <PersonMark name={personName(person.name)} avatar={person.avatar} />
          <b>{personName(person.name)}</b>
          <span className="by-small by-faint">#{person.id}</span>
        </Link>
        {children}
      </div>
      <div className="by-panel-body by-stack">
        <dl className="by-kv">
          {facts.map(([label, value], index) => (
            <div key={label} style={{ display: 'contents' }}>
              <dt>{label}</dt>
              <dd className={`by-verdict ${verdict(index, value)}`}>{value ?? '—'}</dd>
            </div>
          ))}
        </dl>
        <dl className="by-kv by-side-ids">
          {side.identifiers.map(one => {
            // Masked texts may look alike though the values differ: only the server knows what matched.
            const isSame = matchedTypes.includes(one.type)
            const isClash = !isSame && one.isStrong && otherTypes.has(`${one.type} ${one.scope}`)
            return (
              <div key={one.id} style={{ display: 'contents' }}>
                <dt>{identifierName(one.type, one.typeName)}</dt>
                <dd className={`by-verdict ${isSame ? 'is-same' : isClash ? 'is-other' : ''}`}>
                  <code>{one.masked}</code> <span className="by-small by-faint">{one.scopeName}</span>
                </dd>
              </div>
            )
          })}
        </dl>
      </div>
    </section>
  )
}
