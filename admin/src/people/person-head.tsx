import { Alert } from 'antd'
import { Link } from 'react-router'
import { date, money, moneyCompact, number, relative } from '../format.ts'
import { t } from '../i18n.ts'
import { StageChips } from '../lifecycle/stage-chip.tsx'
import { PersonMark, Pill, type Tone } from '../parts/bits.tsx'
import { Reveal } from './reveal.tsx'
import type { Profile } from './types.ts'
import { genderName, personName } from './words.ts'

const tone: Record<Profile['hints'][number]['level'], Tone> = { info: 'info', attention: 'warn', danger: 'bad' }

/** Names, tier, one line of who he is, value, and what to know before talking to him. */
export function PersonHead({ profile }: { profile: Profile }) {
  const { person, memberships, value, hints } = profile
  const facts = [genderName(person.gender), person.birthday, [person.country, person.city].filter(Boolean).join(' ')].filter(
    Boolean,
  )
  return (
    <section className="by-panel">
      <div className="by-person-head">
        <div className="by-person-who">
          <PersonMark name={personName(person.name)} avatar={person.avatar} size={52} />
          <div className="by-stack-xs by-grow">
            <div className="by-row by-wrap">
              <span className="by-strong" style={{ fontSize: 16 }}>
                {personName(person.name)}
              </span>
              {memberships.map(one => (
                <Pill key={one.memberId} tone="good" isDotted={false}>
                  {one.brandName} · {one.tierName ?? t('会员', 'Member')}
                </Pill>
              ))}
              {memberships.length === 0 && <Pill isDotted={false}>{t('未入会', 'Not a member')}</Pill>}
              <StageChips stages={profile.stages} />
            </div>
            <div className="by-soft">{profile.headline}</div>
            <div className="by-row by-wrap by-small by-soft" style={{ gap: 12 }}>
              {facts.length > 0 && <span>{facts.join(' · ')}</span>}
              <span className="by-row" style={{ gap: 4 }}>
                {person.phoneMasked ?? t('没有手机号', 'No phone')}
                {person.phoneMasked && <Reveal personId={person.id} field="phone" />}
              </span>
              <span>{t(`最近出现 ${relative(person.lastSeenAt)}`, `Seen ${relative(person.lastSeenAt)}`)}</span>
            </div>
          </div>
        </div>
        <div className="by-person-value">
          <Value label={t('累计消费', 'Spent')} text={moneyCompact(value.paidFen)} title={money(value.paidFen)} />
          <Value label={t('订单', 'Orders')} text={number(value.ordersCount)} />
          <Value label={t('客单价', 'Average')} text={money(value.ordersCount > 0 ? value.averageFen : null)} />
          <Value label={t('最近购买', 'Last bought')} text={value.lastPaidAt ? date(value.lastPaidAt) : '—'} />
        </div>
      </div>
      {hints.length > 0 && (
        <div className="by-hints">
          {hints.map(hint => (
            <Pill key={hint.kind + hint.text} tone={tone[hint.level]}>
              {hint.text}
            </Pill>
          ))}
        </div>
      )}
      {profile.openReviewIds.length > 0 && (
        <Alert
          banner
          type="warning"
          title={
            <>
              {t('有另一条客户记录可能是同一个人，', 'Another record may be the same person. ')}
              <Link to={`/admin/reviews/${profile.openReviewIds[0]}`}>{t('去核对', 'Look at both')}</Link>
            </>
          }
        />
      )}
    </section>
  )
}

function Value({ label, text, title }: { label: string; text: string; title?: string }) {
  return (
    <div title={title}>
      <span>{label}</span>
      <b>{text}</b>
    </div>
  )
}
