import { ClearOutlined, PauseCircleOutlined, PlayCircleOutlined } from '@ant-design/icons'
import { Button, Input, Segmented, Select, Tooltip } from 'antd'
import { useMemo, useState } from 'react'
import { t } from '../../i18n.ts'
import type { WireRecord } from '../calls.ts'
import type { LiveLog } from '../use-live-log.ts'
import { clockMs } from '../words.ts'
import { WireDetail } from './detail.tsx'

const originWords = { weixin: 'api.weixin', wecom: 'qyapi', pay: 'pay' } as const
const SHOWN_MAX = 120

export const isBad = (record: WireRecord) => record.errcode !== '' || record.status === 0 || record.status >= 400

/** Every call and callback as it crosses the wire; a click opens what was signed, sealed and said. */
export function WireLog({ log }: { log: LiveLog }) {
  const [origin, setOrigin] = useState<string>('all')
  const [what, setWhat] = useState<'all' | 'call' | 'callback' | 'bad'>('all')
  const [search, setSearch] = useState('')
  const [frozen, setFrozen] = useState<WireRecord[] | null>(null)
  const [openId, setOpenId] = useState<number | null>(null)

  const source = frozen ?? log.records
  const shown = useMemo(() => {
    const wanted = search.trim().toLowerCase()
    return source
      .filter(record => origin === 'all' || record.origin === origin)
      .filter(record => what === 'all' || (what === 'bad' ? isBad(record) || record.fault !== '' : record.direction === what))
      .filter(
        record => !wanted || `${record.name} ${record.decoded} ${record.sent} ${record.errcode}`.toLowerCase().includes(wanted),
      )
      .slice(-SHOWN_MAX)
      .reverse()
  }, [source, origin, what, search])
  const open = source.find(record => record.id === openId)

  return (
    <section className="sim-panel sim-wire" aria-label={t('线路日志', 'Wire log')}>
      <header className="sim-panel-head">
        <h2>
          {t('线路日志', 'Wire log')}{' '}
          <i
            className={log.isLive ? 'sim-dot is-live' : 'sim-dot'}
            title={log.isLive ? t('实时', 'live') : t('未连接', 'not connected')}
          />
        </h2>
        <Segmented<'all' | 'call' | 'callback' | 'bad'>
          size="small"
          value={what}
          onChange={value => setWhat(value)}
          options={[
            { value: 'all', label: t('全部', 'All') },
            { value: 'call', label: t('调用 →', 'Calls →') },
            { value: 'callback', label: t('← 回调', '← Callbacks') },
            { value: 'bad', label: t('异常', 'Faulty') },
          ]}
        />
        <Select
          size="small"
          value={origin}
          onChange={setOrigin}
          aria-label={t('平台', 'Platform')}
          options={[
            { value: 'all', label: t('三个平台', 'All platforms') },
            ...Object.entries(originWords).map(([value, label]) => ({ value, label })),
          ]}
          style={{ width: 130 }}
        />
        <Input
          size="small"
          allowClear
          placeholder={t('搜索接口、内容', 'Search')}
          value={search}
          onChange={event => setSearch(event.target.value)}
          style={{ width: 150 }}
        />
        <span className="by-grow" />
        <Tooltip title={frozen ? t('继续', 'Go on') : t('停住画面 (记录照常)', 'Hold the view (it goes on recording)')}>
          <Button
            size="small"
            type="text"
            aria-label={frozen ? t('继续', 'Go on') : t('停住画面', 'Hold the view')}
            icon={frozen ? <PlayCircleOutlined /> : <PauseCircleOutlined />}
            onClick={() => setFrozen(frozen ? null : log.records)}
          />
        </Tooltip>
        <Tooltip title={t('清空', 'Clear')}>
          <Button
            size="small"
            type="text"
            aria-label={t('清空日志', 'Clear the log')}
            icon={<ClearOutlined />}
            onClick={log.clear}
          />
        </Tooltip>
      </header>
      <div className={open ? 'sim-wire-body has-open' : 'sim-wire-body'}>
        <ol className="sim-wire-list">
          {shown.length === 0 && (
            <li className="sim-none">
              {source.length === 0
                ? t(
                    '还没有流量。扫一个码，就能看到加密的回调和产品的每一次调用。',
                    'Nothing yet. Scan a code and see encrypted callbacks and every call of the product.',
                  )
                : t('没有符合筛选的记录。', 'Nothing matches.')}
            </li>
          )}
          {shown.map(record => (
            <li key={record.id}>
              <button
                type="button"
                className={`${record.id === openId ? 'is-open ' : ''}${isBad(record) ? 'is-bad' : ''}`}
                onClick={() => setOpenId(record.id === openId ? null : record.id)}
              >
                <time>{clockMs(record.atMs)}</time>
                <b className={`sim-origin is-${record.origin}`}>{originWords[record.origin]}</b>
                <span className="sim-way">{record.direction === 'call' ? '→' : '←'}</span>
                <code className="by-clip">{record.name.replace('/cgi-bin/', '/')}</code>
                {record.attempt > 1 && <em>{t(`第 ${record.attempt} 次`, `try ${record.attempt}`)}</em>}
                {record.fault && <em className="is-fault">{record.fault}</em>}
                <span className="sim-code">{record.errcode || record.status || '×'}</span>
                <span className="sim-took">{Math.round(record.tookMs)} ms</span>
              </button>
            </li>
          ))}
        </ol>
        {open && <WireDetail record={open} close={() => setOpenId(null)} />}
      </div>
    </section>
  )
}
