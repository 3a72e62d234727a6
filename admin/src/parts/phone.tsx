import './phone.css'
import { RightOutlined } from '@ant-design/icons'
import type { ReactNode } from 'react'
import { t } from '../i18n.ts'

/** What the customer will see, in the frame of a phone. Colours are the phone's own in both of our modes. */
export function Phone({ title, children }: { title: string; children: ReactNode }) {
  return (
    <div className="by-phone" role="img" aria-label={t('手机预览', 'Preview on a phone')}>
      <div className="by-phone-bar">
        <span>9:41</span>
        <span>5G</span>
      </div>
      <div className="by-phone-title by-clip">{title}</div>
      <div className="by-phone-body">{children}</div>
    </div>
  )
}

export function Bubble({ from, children }: { from: string; children: ReactNode }) {
  return (
    <div className="by-bubble">
      <b>{[...from][0] ?? '店'}</b>
      <div>{children}</div>
    </div>
  )
}

export function MiniCard({ app, title, cover, from }: { app: string; title: string; cover?: ReactNode; from: string }) {
  return (
    <div className="by-bubble">
      <b>{[...from][0] ?? '店'}</b>
      <div className="by-mini-card" style={{ padding: '10px 11px 6px' }}>
        <header>
          <img src={`${import.meta.env.BASE_URL}banyan.svg`} width={14} height={14} alt="" /> {app}
        </header>
        <h4>{title || t('卡片标题', 'Card title')}</h4>
        <div className="cover">{cover}</div>
        <footer>{t('小程序', 'Mini program')}</footer>
      </div>
    </div>
  )
}

/** A template or subscribe message as WeChat lays it out. */
export function NoticeCard({
  app,
  title,
  fields,
  note,
}: {
  app: string
  title: string
  fields: { label: string; value: ReactNode }[]
  note?: string
}) {
  return (
    <div className="by-notice-card">
      <header>
        <span>{app}</span>
        <span>9:41</span>
      </header>
      <h4>{title}</h4>
      <dl>
        {fields.map(field => (
          <div key={field.label} style={{ display: 'contents' }}>
            <dt>{field.label}</dt>
            <dd>{field.value}</dd>
          </div>
        ))}
      </dl>
      {note && (
        <footer>
          {note} <RightOutlined style={{ fontSize: 11, color: '#bbb' }} />
        </footer>
      )}
    </div>
  )
}

export function CouponFace(props: { headline: string; condition: string; name: string; lines: string[]; button?: string }) {
  return (
    <div className="by-coupon-face">
      <div className="worth">
        <b>{props.headline}</b>
        <span>{props.condition}</span>
      </div>
      <div className="what">
        <strong>{props.name || t('券名称', 'Name')}</strong>
        {props.lines.map(line => (
          <span key={line}>{line}</span>
        ))}
        {props.button && (
          <button type="button" tabIndex={-1}>
            {props.button}
          </button>
        )}
      </div>
    </div>
  )
}
