import { CloseOutlined } from '@ant-design/icons'
import { Button } from 'antd'
import type { WireRecord } from '../calls.ts'

/** What one call or callback was made of, layer by layer: the lesson of the desk. */
export function WireDetail({ record, close }: { record: WireRecord; close(): void }) {
  const isCallback = record.direction === 'callback'
  const signed = Object.entries(record.signed)
  return (
    <div className="sim-wire-detail">
      <header>
        <b className="by-clip">{record.name}</b>
        <span>{isCallback ? '平台 → 产品' : '产品 → 平台'}</span>
        <Button size="small" type="text" aria-label="关闭详情" icon={<CloseOutlined />} onClick={close} />
      </header>
      {record.fault && <p className="sim-fault-note">这一次受到故障开关影响: {record.fault}</p>}
      {isCallback && record.decoded && <Layer title="明文 (产品解密后才看得到)" text={pretty(record.decoded)} isClear />}
      {!isCallback && record.decoded && <Layer title="说明" text={record.decoded} isClear />}
      <Layer title={isCallback ? '实际发出的内容' : '请求体'} text={pretty(record.sent)} />
      {signed.length > 0 && (
        <section>
          <h3>{record.origin === 'pay' ? '签名 (SHA256-RSA2048)' : '签名 (SHA-1)'}</h3>
          <dl>
            {signed.map(([key, value]) => (
              <div key={key}>
                <dt>{key}</dt>
                <dd>{value.replaceAll('\n', '⏎\n')}</dd>
              </div>
            ))}
          </dl>
        </section>
      )}
      {record.url && <Layer title={isCallback ? '回调地址' : '地址'} text={record.url} />}
      <Layer
        title={`应答 · HTTP ${record.status || '无'}${record.errcode ? ` · ${record.errcode}` : ''} · ${record.tookMs} ms`}
        text={pretty(record.answered) || '(空)'}
      />
    </div>
  )
}

function Layer({ title, text, isClear = false }: { title: string; text: string; isClear?: boolean }) {
  if (!text) return null
  return (
    <section>
      <h3>{title}</h3>
      <pre className={isClear ? 'is-clear' : ''}>{text}</pre>
    </section>
  )
}

/** JSON and XML with line breaks; anything else as it is. */
function pretty(text: string): string {
  if (/^\s*[{[]/.test(text)) {
    try {
      return JSON.stringify(JSON.parse(text), null, 2)
    } catch {
      return text
    }
  }
  return text.startsWith('<xml>') ? text.replace(/(?<!^)<(?=[A-Za-z])/g, '\n  <').replace('</xml>', '\n</xml>') : text
}
