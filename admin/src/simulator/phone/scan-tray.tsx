import { Button, Input } from 'antd'
import { useDeferredValue, useState } from 'react'
import { t } from '../../i18n.ts'
import { type Code, useAsk } from '../calls.ts'

const kindWord = (kind: Code['kind']) =>
  ({
    contactWay: t('企业微信', 'WeCom'),
    officialAccount: t('公众号', 'Official account'),
    miniProgram: t('小程序', 'Mini program'),
  })[kind]

/** All live codes of the world lie here as on a counter: a tap is a scan. */
export function ScanTray({ scan }: { scan(code: { kind: string; id?: string; text?: string }): Promise<void> }) {
  const [search, setSearch] = useState('')
  const [pasted, setPasted] = useState('')
  const [busyId, setBusyId] = useState<string | null>(null)
  const codes = useAsk<Code[]>('codes.list', { search: useDeferredValue(search) })
  const scanOne = async (code: Code) => {
    setBusyId(code.id)
    await scan({ kind: code.kind, id: code.id })
    setBusyId(null)
  }
  return (
    <>
      <header className="sim-head">{t('扫一扫', 'Scan')}</header>
      <div className="sim-scroll is-tray">
        <Input.Search
          allowClear
          placeholder={t('找码: 门店、员工、场景值', 'Find: store, staff, scene')}
          value={search}
          onChange={event => setSearch(event.target.value)}
        />
        {codes.data?.length === 0 && (
          <div className="sim-empty">
            <p>
              {search
                ? t('没有符合的码。', 'No code matches.')
                : t(
                    '世界里还没有码。请在管理后台「渠道活码」新建一个，它会马上出现在这里。',
                    'There is no code yet. Make one under Live codes in the admin; it appears here at once.',
                  )}
            </p>
            {!search && (
              <Button type="primary" href="/admin/live-codes/new" target="_blank">
                {t('去新建活码', 'Make a live code')}
              </Button>
            )}
          </div>
        )}
        <div className="sim-codes">
          {codes.data?.map(code => (
            <button
              type="button"
              key={`${code.kind}${code.id}`}
              className={busyId === code.id ? 'is-busy' : ''}
              onClick={() => void scanOne(code)}
              title={t('扫这个码', 'Scan this code')}
            >
              <img
                loading="lazy"
                src={`/simulator/api/codes.image?kind=${code.kind}&id=${encodeURIComponent(code.id)}`}
                alt={t(`${code.title} 的二维码`, `QR code: ${code.title}`)}
              />
              <b className="by-clip">{code.title}</b>
              <span className="by-clip">{code.kind === 'contactWay' ? code.note : `${code.state} · ${code.note}`}</span>
              <em className={`is-${code.kind}`}>{kindWord(code.kind)}</em>
            </button>
          ))}
        </div>
        <form
          className="sim-paste"
          onSubmit={event => {
            event.preventDefault()
            if (pasted.trim()) void scan({ kind: 'text', text: pasted.trim() })
          }}
        >
          <Input
            value={pasted}
            onChange={event => setPasted(event.target.value)}
            placeholder={t('或粘贴码的内容 / config_id / 场景值', 'or paste its content / config_id / scene')}
          />
          <Button htmlType="submit" disabled={!pasted.trim()}>
            {t('识别', 'Read')}
          </Button>
        </form>
      </div>
    </>
  )
}
