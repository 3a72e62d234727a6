import './profile.css'
import { ReloadOutlined } from '@ant-design/icons'
import { Alert, Button, Skeleton } from 'antd'
import { useState } from 'react'
import { useParams } from 'react-router'
import type { Output } from '../api/call.ts'
import { useCall } from '../api/hooks.ts'
import { number, percent } from '../format.ts'
import { t } from '../i18n.ts'
import { Hint, Pill, Time } from '../parts/bits.tsx'
import { Page, Panel } from '../parts/page.tsx'
import { EmptyState, Loaded } from '../parts/states.tsx'
import { useSubjectTypes } from './subject-type.tsx'

type Profile = Output<'segments.profile'>
type Attribute = Profile['attributes'][number]
type Value = Attribute['values'][number]

/** From here on a difference of shares is large, or worth a look. */
const LARGE = 0.3
const CLEAR = 0.1
/** Of fewer, a share says little. */
const FEW = 30

/** How the members of a segment differ from everybody else, what differs most first. */
export function SegmentProfilePage() {
  const segmentId = Number(useParams().segmentId)
  const [asked, setAsked] = useState(0)
  const segment = useCall('segments.get', { segmentId })
  const profile = useCall('segments.profile', { segmentId, isAgain: asked > 0 }, { keepPrevious: true, retry: false })
  return (
    <Page
      title={t('人群画像', 'Profile')}
      text={segment.data?.name}
      back={{ to: `/admin/segments/${segmentId}`, label: segment.data?.name ?? t('人群', 'Segment') }}
      actions={
        <Button
          icon={<ReloadOutlined />}
          loading={profile.isFetching}
          onClick={() => {
            if (asked > 0) void profile.refetch()
            setAsked(asked + 1)
          }}
        >
          {t('重新计算', 'Compute again')}
        </Button>
      }
    >
      <Loaded of={profile} skeleton={<Skeleton active paragraph={{ rows: 8 }} />}>
        {data => <Whole profile={data} typeId={segment.data?.typeId ?? null} />}
      </Loaded>
    </Page>
  )
}

function Whole({ profile, typeId }: { profile: Profile; typeId: number | null }) {
  const { nameOf } = useSubjectTypes()
  const unit = typeId === null ? t('人', 'people') : t(`个${nameOf(typeId)}`, nameOf(typeId))
  if (profile.attributes.length === 0)
    return (
      <Panel>
        <EmptyState
          title={t('还没有可比的内容', 'Nothing to compare yet')}
          text={t(
            '人群里有了成员、成员有了属性或标签，这里就会显示差别。',
            'Differences show once members have attributes or tags.',
          )}
        />
      </Panel>
    )
  return (
    <>
      <div className="by-row by-wrap by-between">
        <span>
          {t('人群里的 ', '')}
          <b className="by-green by-num">{number(profile.insideCount)}</b>{' '}
          {t(
            `${unit}，与其余 ${number(profile.outsideCount)} ${unit}相比；差别大的排在前面`,
            `${unit} against the other ${number(profile.outsideCount)}; the most different first`,
          )}
        </span>
        <span className="by-small by-soft">
          {profile.isSample && t('来自抽样 · ', 'From a sample · ')}
          {t('算于 ', 'Computed ')}
          <Time at={profile.at} /> · {number(profile.tookMs)} ms
        </span>
      </div>
      {profile.insideCount < FEW && (
        <Alert type="info" showIcon title={t('人群太小，占比只能作参考', 'The segment is small: take its shares with care')} />
      )}
      <div className="by-profile">
        {profile.attributes.map(one => (
          <AttributePanel key={one.key} attribute={one} />
        ))}
      </div>
    </>
  )
}

function AttributePanel({ attribute }: { attribute: Attribute }) {
  const { distance, isInRule, insideMedian, outsideMedian, values } = attribute
  const longest = Math.max(...values.flatMap(one => [one.insideShare, one.outsideShare]), 0.0001)
  return (
    <Panel
      title={
        <span className="by-row by-wrap">
          {attribute.name}
          {isInRule && <Pill isDotted={false}>{t('规则条件', 'In the rule')}</Pill>}
        </span>
      }
      extra={
        <span className="by-small by-soft by-row">
          <span className={distance >= LARGE ? 'by-green' : ''}>{distanceWords(distance)}</span>
          <Hint
            text={t(
              `差别度 ${percent(distance)}：两边占比之差的总和的一半；可以多选的取最大的差。`,
              `Distance ${percent(distance)}: half the sum of the differences of all shares; the largest one where several values are possible.`,
            )}
          />
        </span>
      }
    >
      {insideMedian !== null && outsideMedian !== null && (
        <div className="by-small by-soft" style={{ marginBottom: 4 }}>
          {t('中位数 ', 'Median ')}
          <b className="by-green by-num">{insideMedian}</b>
          {t('，其他人 ', ', the others ')}
          <span className="by-num">{outsideMedian}</span>
        </div>
      )}
      {values.map(one => (
        <ValueRow key={`${one.value}${one.isRest}`} value={one} longest={longest} />
      ))}
    </Panel>
  )
}

function ValueRow({ value, longest }: { value: Value; longest: number }) {
  const { label, insideShare, outsideShare, lift, inside, outside } = value
  const isSoft = value.value === null
  return (
    <div
      className="by-profile-row"
      title={t(
        `${label}：人群 ${number(inside)}，其他 ${number(outside)}`,
        `${label}: ${number(inside)} in the segment, ${number(outside)} of the others`,
      )}
    >
      <span className={`by-profile-name ${isSoft ? 'by-soft' : ''}`}>{wholeParts(label)}</span>
      <span className="by-profile-bars">
        <span className="by-profile-bar">
          {inside > 0 && <i style={{ width: `${(insideShare / longest) * 58}%` }} />}
          <b className="by-num">{percent(insideShare)}</b>
        </span>
        <span className="by-profile-bar is-others">
          {outside > 0 && <i style={{ width: `${(outsideShare / longest) * 58}%` }} />}
          <span className="by-num">
            {t('其他', 'others')} {percent(outsideShare)}
          </span>
        </span>
      </span>
      <span className={`by-profile-lift by-num ${lift !== null && lift >= 1.2 ? 'by-green' : 'by-soft'}`}>
        {liftWords(value)}
      </span>
    </div>
  )
}

/** A span of days or amounts breaks between its ends, never within one. */
function wholeParts(label: string) {
  const [from, to, ...more] = label.split(' – ')
  if (to === undefined || more.length > 0) return label
  return (
    <>
      <span className="by-nowrap">{from}</span> <span className="by-nowrap">– {to}</span>
    </>
  )
}

function liftWords({ lift, inside }: Value): string {
  if (inside === 0) return t('没有', 'none')
  if (lift === null) return t('只在人群', 'only here')
  const size = lift >= 10 ? lift.toFixed(0) : lift.toFixed(1)
  return t(`${size} 倍`, `${size}×`)
}

function distanceWords(distance: number): string {
  if (distance >= LARGE) return t('差别很大', 'Very different')
  return distance >= CLEAR ? t('有差别', 'Different') : t('差不多', 'About the same')
}
