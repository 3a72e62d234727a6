import { CloseOutlined } from '@ant-design/icons'
import { Button } from 'antd'
import { t } from '../../i18n.ts'
import type { WireRecord } from '../calls.ts'

/** What one call or callback was made of, layer by layer: the lesson of the desk. */
export function WireDetail({ record, close }: { record: WireRecord; close(): void }) {
  const isCallback = record.direction === 'callback'
  const signed = Object.entries(record.signed)
  return (
    <div className="sim-wire-detail">
      <header>
        <b className="by-clip">{record.name}</b>
        <span>{isCallback ? t('平台 → 产品', 'platform → product') : t('产品 → 平台', 'product → platform')}</span>
        <Button size="small" type="text" aria-label={t('关闭详情', 'Close')} icon={<CloseOutlined />} onClick={close} />
      </header>
      {record.fault && (
        <p className="sim-fault-note">
          {t('这一次受到故障开关影响', 'A fault switch struck here')}: {record.fault}
        </p>
      )}
      {isCallback && record.decoded && (
        <Layer
          title={t('明文 (产品解密后才看得到)', 'In clear (the product sees it after decrypting)')}
          text={pretty(record.decoded)}
          isClear
        />
      )}
      {!isCallback && record.decoded && <Layer title={t('说明', 'Meaning')} text={record.decoded} isClear />}
      <Layer title={isCallback ? t('实际发出的内容', 'As sent') : t('请求体', 'Request body')} text={pretty(record.sent)} />
      {signed.length > 0 && (
        <section>
          <h3>
            {record.origin === 'pay'
              ? t('签名 (SHA256-RSA2048)', 'Signature (SHA256-RSA2048)')
              : t('签名 (SHA-1)', 'Signature (SHA-1)')}
          </h3>
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
      {record.url && <Layer title={isCallback ? t('回调地址', 'Callback address') : t('地址', 'Address')} text={record.url} />}
      <Layer
        title={`${t('应答', 'Answer')} · HTTP ${record.status || t('无', 'none')}${record.errcode ? ` · ${record.errcode}` : ''} · ${record.tookMs} ms`}
        text={pretty(record.answered) || t('(空)', '(empty)')}
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
