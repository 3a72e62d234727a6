import { Input, Select } from 'antd'
import { useCall } from '../api/hooks.ts'
import { useMay } from '../app/me.ts'
import { t } from '../i18n.ts'
import { Panel } from '../parts/page.tsx'

export type ListOptionsValue = { name?: string; typeId?: number; attribute?: string }

/** What a file of people, or of things, becomes. Of things, by which unique attribute it names them. */
export function ListOptions({ value, onChange }: { value: ListOptionsValue; onChange: (value: ListOptionsValue) => void }) {
  const may = useMay()
  const types = useCall('subjectTypes.list', {}, { enabled: may('subjectTypes.list'), staleTime: 60_000 })
  const attributes = (types.data ?? []).flatMap(type =>
    type.attributes.flatMap(attribute =>
      attribute.isUnique
        ? [
            {
              value: `${type.id}:${attribute.key}`,
              label: `${t(type.zh, type.en || type.zh)} · ${t(attribute.zh, attribute.en || attribute.zh)}`,
            },
          ]
        : [],
    ),
  )
  const chosen = value.typeId ? `${value.typeId}:${value.attribute}` : 'people'
  return (
    <Panel title={t('存成怎样的人群', 'The segment')}>
      <div className="by-stack-s">
        <div className="by-row by-wrap" style={{ gap: '12px 24px' }}>
          <span className="by-row">
            <label htmlFor="list-name">{t('名称', 'Name')}</label>
            <Input
              id="list-name"
              value={value.name ?? ''}
              maxLength={60}
              style={{ width: 240 }}
              placeholder={t('例如：双十一到店名单', 'For example: visitors of November')}
              onChange={event => onChange({ ...value, name: event.target.value })}
            />
          </span>
          {attributes.length > 0 && (
            <span className="by-row">
              {t('文件里是', 'The file names')}
              <Select
                value={chosen}
                style={{ width: 220 }}
                aria-label={t('文件里是', 'The file names')}
                options={[{ value: 'people', label: t('客户', 'People') }, ...attributes]}
                onChange={next => {
                  const [typeId, attribute] = next === 'people' ? [] : next.split(':')
                  onChange({ ...value, typeId: typeId ? Number(typeId) : undefined, attribute })
                }}
              />
            </span>
          )}
        </div>
        <span className="by-small by-soft">
          {t(
            '任选一种标识就够了：手机号、OpenID、UnionID、企微外部联系人、会员号、邮箱或客户 ID。找不到的、其他品牌的和重复的会挑出来，不会新建客户。',
            'Any identifier will do. Rows that name nobody, somebody of another brand, or somebody twice are set aside; nobody new is made.',
          )}
        </span>
      </div>
    </Panel>
  )
}
