import { ExclamationCircleOutlined, InboxOutlined, LockOutlined } from '@ant-design/icons'
import { Button, Skeleton } from 'antd'
import type { ReactNode } from 'react'
import { CallError, sentenceOf } from '../api/errors.ts'
import { t } from '../i18n.ts'

/** What belongs here, and the way to start it. */
export function EmptyState(props: { title: string; text?: ReactNode; action?: ReactNode; icon?: ReactNode }) {
  return (
    <div className="by-state">
      <div className="by-state-art">{props.icon ?? <InboxOutlined />}</div>
      <h3>{props.title}</h3>
      {props.text && <p>{props.text}</p>}
      {props.action && <div className="by-actions">{props.action}</div>}
    </div>
  )
}

/** What happened, why, what to do now; with the request number for whoever must look it up. */
export function ErrorState({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const isDenied = error instanceof CallError && error.status === 403
  const isMissing = error instanceof CallError && error.code === 'thing.notFound'
  return (
    <div className="by-state" role="alert">
      <div className={`by-state-art ${isDenied ? '' : 'is-bad'}`}>
        {isDenied ? <LockOutlined /> : <ExclamationCircleOutlined />}
      </div>
      <h3>
        {isDenied
          ? t('您不能查看这一页', 'You may not see this')
          : isMissing
            ? t('没有找到', 'Not found')
            : t('没有加载成功', 'This did not load')}
      </h3>
      <p>{sentenceOf(error)}</p>
      {error instanceof CallError && error.requestId && (
        <p className="by-small by-faint by-mono">
          {t('请求编号', 'Request')} {error.requestId}
        </p>
      )}
      {onRetry && !isDenied && !isMissing && (
        <div className="by-actions">
          <Button onClick={onRetry}>{t('重新加载', 'Load again')}</Button>
        </div>
      )}
    </div>
  )
}

type Answer<T> = { data: T | undefined; error: unknown; isPending: boolean; refetch: () => unknown }

/** The three states of one read: skeleton, error with retry, content. */
export function Loaded<T>({ of, children, skeleton }: { of: Answer<T>; children: (data: T) => ReactNode; skeleton?: ReactNode }) {
  if (of.data !== undefined) return <>{children(of.data)}</>
  if (of.error) return <ErrorState error={of.error} onRetry={() => void of.refetch()} />
  return <>{skeleton ?? <Skeleton active paragraph={{ rows: 4 }} style={{ padding: 16 }} />}</>
}
