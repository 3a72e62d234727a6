import { Alert } from 'antd'
import type { Output } from '../api/call.ts'
import { number } from '../format.ts'
import { t } from '../i18n.ts'
import { genderName } from '../people/words.ts'

type Preview = Output<'identity.merge'>['preview']

/** What a merge would do: which value of each field wins, and everything that moves. What is empty on both sides is not mentioned. */
export function MergePreview({ preview }: { preview: Preview }) {
  const profile = preview.profile.filter(field => field.before.some(one => shown(field.field, one.value) !== null))
  const carried = preview.carried.filter(one => one.count > 0 || one.detail.length > 0)
  return (
    <div className="by-stack">
      {preview.warnings.map(warning => (
        <Alert key={warning} type="warning" showIcon title={warning} />
      ))}
      {profile.length > 0 && (
        <dl className="by-kv">
          {profile.map(field => (
            <div key={field.field} style={{ display: 'contents' }}>
              <dt>{field.name}</dt>
              <dd>
                <b>{shown(field.field, field.value) ?? '—'}</b>{' '}
                {new Set(field.before.map(one => one.value)).size > 1 && (
                  <span className="by-soft by-small">
                    {t('原为', 'was')} {field.before.map(one => shown(field.field, one.value) ?? t('空', 'empty')).join(' / ')}
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
          {carried.map(one => (
            <div key={one.carrier} style={{ display: 'contents' }}>
              <dt>{one.name}</dt>
              <dd>
                {one.count > 0 && <b>{number(one.count)}</b>} {one.detail.join(t('；', '; '))}
              </dd>
            </div>
          ))}
        </dl>
        {carried.length === 0 && <span className="by-soft">{t('没有需要带过去的东西', 'Nothing to carry')}</span>}
      </div>
    </div>
  )
}

/** As a person reads it; an unknown gender is no value. */
function shown(field: string, value: string | null): string | null {
  if (!value) return null
  return field === 'gender' ? genderName(value) : value
}
