import { Alert } from 'antd'
import type { Output } from '../api/call.ts'
import { number } from '../format.ts'
import { t } from '../i18n.ts'

/** What a merge would do: which value of each field wins, and everything that moves. */
export function MergePreview({ preview }: { preview: Output<'identity.merge'>['preview'] }) {
  return (
    <div className="by-stack">
      {preview.warnings.map(warning => (
        <Alert key={warning} type="warning" showIcon title={warning} />
      ))}
      {preview.profile.length > 0 && (
        <dl className="by-kv">
          {preview.profile.map(field => (
            <div key={field.field} style={{ display: 'contents' }}>
              <dt>{field.zh}</dt>
              <dd>
                <b>{field.value ?? '—'}</b>{' '}
                {new Set(field.before.map(one => one.value)).size > 1 && (
                  <span className="by-soft by-small">
                    {t('原为', 'was')} {field.before.map(one => one.value ?? t('空', 'empty')).join(' / ')}
                  </span>
                )}
              </dd>
            </div>
          ))}
        </dl>
      )}
      <div>
        <div className="by-small by-soft" style={{ marginBottom: 4 }}>
          {t('会一起带过去', 'What moves along')}
        </div>
        <dl className="by-kv">
          {preview.carried.map(one => (
            <div key={one.carrier} style={{ display: 'contents' }}>
              <dt>{one.zh}</dt>
              <dd>
                {one.count > 0 && <b>{number(one.count)}</b>} {one.detail.join('；')}
              </dd>
            </div>
          ))}
        </dl>
        {preview.carried.length === 0 && <span className="by-soft">{t('没有需要带过去的东西', 'Nothing to carry')}</span>}
      </div>
    </div>
  )
}
