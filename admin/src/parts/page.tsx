import { ArrowLeftOutlined } from '@ant-design/icons'
import { type ReactNode, useEffect } from 'react'
import { Link } from 'react-router'
import { t } from '../i18n.ts'

type PageProps = {
  title: string
  /** One line under the title. */
  text?: ReactNode
  /** Beside the title: a status. */
  mark?: ReactNode
  actions?: ReactNode
  back?: { to: string; label: string }
  children: ReactNode
}

/** Every page: title, what it is for, what can be done, content. Also names the browser tab. */
export function Page({ title, text, mark, actions, back, children }: PageProps) {
  useEffect(() => {
    document.title = `${title} · Banyan ${t('榕树', '')}`.trim()
  }, [title])
  return (
    <div className="by-page">
      <header className="by-page-head">
        <div style={{ minWidth: 0 }}>
          {back && (
            <Link className="by-back" to={back.to}>
              <ArrowLeftOutlined /> {back.label}
            </Link>
          )}
          <h1>
            {title} {mark}
          </h1>
          {text && <div className="by-sub">{text}</div>}
        </div>
        {actions && <div className="by-actions by-no-print">{actions}</div>}
      </header>
      {children}
    </div>
  )
}

/** A hairline box with an optional head. */
export function Panel(props: {
  title?: ReactNode
  extra?: ReactNode
  children: ReactNode
  isFlush?: boolean
  className?: string
  id?: string
}) {
  return (
    <section className={`by-panel ${props.className ?? ''}`} id={props.id}>
      {(props.title || props.extra) && (
        <div className="by-panel-head">
          <h2>{props.title}</h2>
          {props.extra}
        </div>
      )}
      <div className={`by-panel-body ${props.isFlush ? 'is-flush' : ''}`}>{props.children}</div>
    </section>
  )
}

/** Term and value pairs; values that are missing show a dash. */
export function Facts({ items }: { items: ([label: string, value: ReactNode] | null | false)[] }) {
  return (
    <dl className="by-kv">
      {items.map(item =>
        item ? (
          <div key={item[0]} style={{ display: 'contents' }}>
            <dt>{item[0]}</dt>
            <dd>{item[1] ?? '—'}</dd>
          </div>
        ) : null,
      )}
    </dl>
  )
}
