import { EditOutlined } from '@ant-design/icons'
import { Button, Tooltip } from 'antd'
import { useState } from 'react'
import { Link } from 'react-router'
import { useCommand } from '../api/hooks.ts'
import { useMay } from '../app/me.ts'
import { date, dateTime, lastDay, money, number } from '../format.ts'
import { t } from '../i18n.ts'
import { Pill } from '../parts/bits.tsx'
import { useRun } from '../parts/confirm.tsx'
import { Facts, Panel } from '../parts/page.tsx'
import { ContactLine, ContactsDrawer } from './contacts-drawer.tsx'
import { PointsDrawer } from './points-drawer.tsx'
import { SetTierDialog } from './set-tier-dialog.tsx'
import { TagDialog } from './tag-dialog.tsx'
import type { Membership, Profile } from './types.ts'
import { sourceName } from './words.ts'

const CONTACTS_SHOWN = 8

export function MembershipsPanel({ profile }: { profile: Profile }) {
  const may = useMay()
  const [points, setPoints] = useState<Membership | null>(null)
  const [tier, setTier] = useState<Membership | null>(null)
  return (
    <Panel title={t('会员', 'Memberships')}>
      {profile.memberships.length === 0 && (
        <span className="by-soft">
          {t(
            '还没有入会。可以发一张带小程序卡片的活码给他。',
            'Not a member yet. Send him a live code with a mini-program card.',
          )}
        </span>
      )}
      <div className="by-stack">
        {profile.memberships.map(one => (
          <div key={one.memberId} className="by-stack-s">
            <div className="by-row by-between">
              <span className="by-strong">{one.brandName}</span>
              <span className="by-row" style={{ gap: 4 }}>
                <Pill tone="good" isDotted={false}>
                  {one.tierName ?? '—'}
                </Pill>
                {may('members.setTier') && (
                  <Button
                    size="small"
                    type="text"
                    icon={<EditOutlined />}
                    onClick={() => setTier(one)}
                    aria-label={t('调整等级', 'Set the tier')}
                  />
                )}
              </span>
            </div>
            {one.nextTier && (
              <div className="by-small by-soft">
                {t(
                  `再消费 ${money(one.nextTier.missingFen)} 升「${one.nextTier.name}」`,
                  `${money(one.nextTier.missingFen)} to ${one.nextTier.name}`,
                )}
              </div>
            )}
            <button type="button" className="by-points" onClick={() => setPoints(one)}>
              <PointsFigure label={t('可用积分', 'Available')} value={one.points.available} isMain />
              <PointsFigure label={t('待生效', 'Pending')} value={one.points.pending} />
              <PointsFigure label={t('将到期', 'Expiring')} value={one.points.expiringSoon} />
              {one.points.debt > 0 && <PointsFigure label={t('欠', 'Debt')} value={one.points.debt} isBad />}
            </button>
            <Facts
              items={[
                [t('会员号', 'Number'), one.memberNo],
                [t('入会', 'Joined'), `${date(one.joinedAt)}${one.storeName ? ` · ${one.storeName}` : ''}`],
                one.joinChannel ? [t('渠道', 'Channel'), sourceName(one.joinChannel)] : null,
                one.tierEndsAt ? [t('等级到期', 'Tier ends'), date(one.tierEndsAt)] : null,
              ]}
            />
          </div>
        ))}
      </div>
      {tier && <SetTierDialog membership={tier} onClose={() => setTier(null)} />}
      {points && (
        <PointsDrawer
          personId={profile.person.id}
          brandId={points.brandId}
          brandName={points.brandName}
          onClose={() => setPoints(null)}
        />
      )}
    </Panel>
  )
}

function PointsFigure({ label, value, isMain, isBad }: { label: string; value: number; isMain?: boolean; isBad?: boolean }) {
  return (
    <span>
      <small>{label}</small>
      <b style={{ fontSize: isMain ? 18 : 14 }} className={isBad ? 'by-red' : ''}>
        {number(value)}
      </b>
    </span>
  )
}

export function CouponsPanel({ profile }: { profile: Profile }) {
  const [isAll, setAll] = useState(false)
  const usable = profile.coupons.filter(coupon => coupon.whyNot.length === 0)
  const shown = isAll ? profile.coupons : profile.coupons.slice(0, 4)
  return (
    <Panel
      title={t('优惠券', 'Coupons')}
      extra={
        <span className="by-small by-soft">
          {t(`可用 ${usable.length} / 共 ${profile.coupons.length}`, `${usable.length} usable of ${profile.coupons.length}`)}
        </span>
      }
    >
      {profile.coupons.length === 0 && <span className="by-soft">{t('没有优惠券', 'No coupons')}</span>}
      <div className="by-stack-s">
        {shown.map(coupon => (
          <div key={coupon.id} className="by-coupon-row">
            <span className="worth" style={coupon.whyNot.length ? { color: 'var(--by-faint)' } : undefined}>
              {coupon.valueText}
            </span>
            <span className="by-stack-xs">
              <span>{coupon.name}</span>
              <span className="by-small by-soft">
                {coupon.usedAt
                  ? t(`核销于 ${dateTime(coupon.usedAt)}`, `Used ${dateTime(coupon.usedAt)}`)
                  : coupon.expiresAt
                    ? t(`至 ${lastDay(coupon.expiresAt)}`, `until ${lastDay(coupon.expiresAt)}`)
                    : ''}
              </span>
            </span>
            <Tooltip title={coupon.whyNot.join('；')}>
              <span>
                <Pill tone={coupon.whyNot.length === 0 ? 'good' : 'plain'}>{coupon.statusText}</Pill>
              </span>
            </Tooltip>
          </div>
        ))}
        {profile.coupons.length > 4 && (
          <Button size="small" type="link" onClick={() => setAll(!isAll)}>
            {isAll ? t('收起', 'Less') : t('全部', 'All')}
          </Button>
        )}
      </div>
    </Panel>
  )
}

export function TagsPanel({ profile }: { profile: Profile }) {
  const may = useMay()
  const run = useRun()
  const [isOpen, setOpen] = useState(false)
  const take = useCommand('tags.take', { refreshes: ['profiles.', 'people.', 'tags.'] })
  const { id } = profile.person
  return (
    <Panel
      title={t('标签', 'Tags')}
      extra={
        may('tags.put') && (
          <Button size="small" type="link" onClick={() => setOpen(true)}>
            {t('打标签', 'Add')}
          </Button>
        )
      }
    >
      {profile.tags.length === 0 && <span className="by-soft">{t('没有标签', 'No tags')}</span>}
      <div className="by-row by-wrap">
        {profile.tags.map(tag => (
          <Tooltip
            key={tag.id}
            title={[sourceName(tag.source), !tag.isKept && tag.putBy, tag.why, tag.putAt && dateTime(tag.putAt)]
              .filter(Boolean)
              .join(' · ')}
          >
            <span className="by-chip">
              {tag.name}
              {tag.value !== null && t(`：${tag.value}`, `: ${tag.value}`)}
              {may('tags.take') && !tag.isKept ? (
                <button
                  type="button"
                  aria-label={t(`取下 ${tag.name}`, `Take off ${tag.name}`)}
                  onClick={() => run(() => take.mutateAsync({ personIds: [id], tagId: tag.id }), t('已取下', 'Taken off'))}
                >
                  ×
                </button>
              ) : (
                <span style={{ width: 6 }} />
              )}
            </span>
          </Tooltip>
        ))}
      </div>
      {isOpen && <TagDialog personIds={[id]} onClose={() => setOpen(false)} />}
    </Panel>
  )
}

export function ContactsPanel({ profile }: { profile: Profile }) {
  const may = useMay()
  const [isAllOpen, setAllOpen] = useState(false)
  const { contacts, contactsTotal, attribution } = profile
  const shown = contacts.slice(0, CONTACTS_SHOWN)
  return (
    <Panel title={t('服务他的店员', 'Staff who know him')}>
      {contacts.length === 0 && (
        <span className="by-soft">{t('没有店员加过他的企业微信', 'No staff is connected on WeCom')}</span>
      )}
      <div className="by-stack-s">
        {shown.map(one => (
          <ContactLine key={one.relationId} contact={one} />
        ))}
        {contactsTotal > shown.length && may('contacts.of') && (
          <Button type="link" size="small" style={{ padding: 0, alignSelf: 'flex-start' }} onClick={() => setAllOpen(true)}>
            {t(`全部 ${number(contactsTotal)} 位`, `All ${number(contactsTotal)}`)}
          </Button>
        )}
        {isAllOpen && <ContactsDrawer personId={profile.person.id} onClose={() => setAllOpen(false)} />}
        {attribution.map(one =>
          one.firstCodeId ? (
            <div key={one.brandId} className="by-small by-soft">
              {t('首次来自', 'First by')} <Link to={`/admin/live-codes/${one.firstCodeId}`}>{one.firstCodeName}</Link>
              {one.lastCodeId && one.lastCodeId !== one.firstCodeId && (
                <>
                  {t('，最近来自', ', last by')} <Link to={`/admin/live-codes/${one.lastCodeId}`}>{one.lastCodeName}</Link>
                </>
              )}
            </div>
          ) : null,
        )}
      </div>
    </Panel>
  )
}

export function SegmentsPanel({ profile }: { profile: Profile }) {
  if (profile.segments.length === 0) return null
  return (
    <Panel title={t('所在人群', 'Segments')}>
      <div className="by-row by-wrap">
        {profile.segments.map(segment => (
          <Link key={segment.id} to={`/admin/segments/${segment.id}`} className="by-chip" style={{ paddingRight: 10 }}>
            {segment.name}
          </Link>
        ))}
      </div>
    </Panel>
  )
}
