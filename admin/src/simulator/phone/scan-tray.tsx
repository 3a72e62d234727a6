import { Button, Input } from 'antd'
import { useDeferredValue, useState } from 'react'
import { type Code, useAsk } from '../calls.ts'

const kindWords = { contactWay: '企业微信', officialAccount: '公众号', miniProgram: '小程序' } as const

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
      <header className="sim-head">扫一扫</header>
      <div className="sim-scroll is-tray">
        <Input.Search
          allowClear
          placeholder="找码: 门店、员工、场景值"
          value={search}
          onChange={event => setSearch(event.target.value)}
        />
        {codes.data?.length === 0 && (
          <div className="sim-empty">
            <p>{search ? '没有符合的码。' : '世界里还没有码。请在管理后台「渠道活码」新建一个，它会马上出现在这里。'}</p>
            {!search && (
              <Button type="primary" href="/admin/live-codes/new" target="_blank">
                去新建活码
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
              title="扫这个码"
            >
              <img
                loading="lazy"
                src={`/simulator/api/codes.image?kind=${code.kind}&id=${encodeURIComponent(code.id)}`}
                alt={`${code.title} 的二维码`}
              />
              <b className="by-clip">{code.title}</b>
              <span className="by-clip">{code.kind === 'contactWay' ? code.note : `${code.state} · ${code.note}`}</span>
              <em className={`is-${code.kind}`}>{kindWords[code.kind]}</em>
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
            placeholder="或粘贴码的内容 / config_id / 场景值"
          />
          <Button htmlType="submit" disabled={!pasted.trim()}>
            识别
          </Button>
        </form>
      </div>
    </>
  )
}
