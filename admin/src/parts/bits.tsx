import { CopyOutlined, QuestionCircleOutlined } from '@ant-design/icons'
import { App, Avatar, Button, Tooltip } from 'antd'
import type { ReactNode } from 'react'
import { Link } from 'react-router'
import { delta, exactTime, relative } from '../format.ts'
import { t } from '../i18n.ts'

/** "3 分钟前" with the exact time on hover. */
export function Time({ at }: { at: string | null | undefined }) {
  if (!at) return <span className="by-faint">—</span>
  return (
    <Tooltip title={exactTime(at)}>
      <time dateTime={at} className="by-nowrap">
        {relative(at)}
      </time>
    </Tooltip>
  )
}

export type Tone = 'good' | 'warn' | 'bad' | 'info' | 'plain'

/** A state as a quiet pill; the dot repeats the tone for those who do not see colour by its position in the word. */
export function Pill({ tone = 'plain', children, isDotted = true }: { tone?: Tone; children: ReactNode; isDotted?: boolean }) {
  return (
    <span className={`by-pill is-${tone}`}>
      {isDotted && <i aria-hidden />}
      {children}
    </span>
  )
}

type StatProps = {
  label: string
  value: ReactNode
  hint?: string
  /** The period before, for the delta. */
  now?: number | null
  before?: number | null
  /** For example "较昨日". */
  period?: string
  /** More is worse (losses, failures). */
  isInverse?: boolean
  foot?: ReactNode
  to?: string
}

/** One number, its direction against a named period, and the way to the people behind it. */
export function Stat({ label, value, hint, now, before, period, isInverse, foot, to }: StatProps) {
  const change = delta(now, before)
  const isGood = change && (change.direction === 'up') !== Boolean(isInverse)
  const body = (
    <>
      <div className="by-stat-label">
        {label} {hint && <Hint text={hint} />}
      </div>
      <div className="by-stat-value">{value}</div>
      <div className="by-stat-foot">
        {change && (
          <span className={change.direction === 'flat' ? '' : isGood ? 'by-green' : 'by-red'}>
            {change.direction === 'up' ? '↑' : change.direction === 'down' ? '↓' : '→'} {change.text}
          </span>
        )}{' '}
        {change && period} {foot}
      </div>
    </>
  )
  return to ? (
    <Link className="by-stat" to={to}>
      {body}
    </Link>
  ) : (
    <div className="by-stat">{body}</div>
  )
}

export function Hint({ text }: { text: ReactNode }) {
  return (
    <Tooltip title={text}>
      <QuestionCircleOutlined className="by-faint" tabIndex={0} aria-label={typeof text === 'string' ? text : undefined} />
    </Tooltip>
  )
}

export function CopyButton({ text, label }: { text: string; label?: string }) {
  const { message } = App.useApp()
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(text)
      message.success(t('已复制', 'Copied'))
    } catch {
      message.warning(t('浏览器不允许复制，请手动选中复制', 'The browser refused; select and copy by hand'))
    }
  }
  return (
    <Button size="small" type={label ? 'default' : 'text'} icon={<CopyOutlined />} onClick={copy} aria-label={t('复制', 'Copy')}>
      {label}
    </Button>
  )
}

/** A person as an initial on the tint; pictures from the platform when there is one. */
export function PersonMark({ name, avatar, size = 32 }: { name: string; avatar?: string | null; size?: number }) {
  return (
    <Avatar
      size={size}
      src={avatar || undefined}
      style={{ background: 'var(--by-green-tint)', color: 'var(--by-green-deep)', flex: 'none', fontSize: size * 0.42 }}
    >
      {[...name][0] ?? '客'}
    </Avatar>
  )
}
