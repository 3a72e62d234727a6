import type { TagKind } from '@banyan/shared'
import { AutoComplete, ColorPicker, Form, Input, Segmented, Select } from 'antd'
import { useCall } from '../api/hooks.ts'
import { t } from '../i18n.ts'
import { Panel } from '../parts/page.tsx'
import { useSubjectTypes } from '../segments/subject-type.tsx'
import type { PartProps } from './draft.ts'
import { kindName } from './words.ts'

/** Its name, what it is for, where it comes from and for whom; the last two are fixed once made. */
export function Basics({ draft, onChange, isSaved }: PartProps) {
  const types = useSubjectTypes()
  const tags = useCall('tags.list', { pageSize: 200 })
  const groups = [...new Set((tags.data?.items ?? []).map(one => one.groupName).filter(Boolean))]
  return (
    <Panel title={t('标签', 'Tag')}>
      <Form layout="vertical" requiredMark={false}>
        <Form.Item label={t('名称', 'Name')}>
          <Input
            value={draft.name}
            maxLength={30}
            showCount
            autoFocus={!isSaved}
            onChange={event => onChange({ name: event.target.value })}
          />
        </Form.Item>
        <div style={{ display: 'grid', gridTemplateColumns: 'repeat(auto-fit, minmax(180px, 1fr))', columnGap: 16 }}>
          <Form.Item label={t('分类', 'Category')}>
            <AutoComplete
              value={draft.groupName}
              maxLength={30}
              options={groups.map(value => ({ value }))}
              placeholder={t('例如：肤质', 'For example: skin')}
              onChange={groupName => onChange({ groupName })}
            />
          </Form.Item>
          <Form.Item label={t('负责人', 'Owner')}>
            <Input
              value={draft.owner}
              maxLength={60}
              placeholder={t('谁来解释和维护它', 'Who answers for it')}
              onChange={event => onChange({ owner: event.target.value })}
            />
          </Form.Item>
          <Form.Item label={t('颜色', 'Colour')}>
            <ColorPicker
              disabledAlpha
              value={draft.color ?? '#1F7A4D'}
              onChange={color => onChange({ color: color.toHexString().slice(0, 7) })}
              presets={[
                { label: t('常用', 'Usual'), colors: ['#1F7A4D', '#3F6FB5', '#C77700', '#7A5BA6', '#4F9DA6', '#C8372D'] },
              ]}
            />
          </Form.Item>
        </div>
        <Form.Item label={t('说明', 'Description')}>
          <Input.TextArea
            value={draft.description}
            maxLength={300}
            autoSize={{ minRows: 1, maxRows: 4 }}
            placeholder={t('什么样的人会有它，用来做什么', 'Who has it, and what it is for')}
            onChange={event => onChange({ description: event.target.value })}
          />
        </Form.Item>
        <div className="by-row by-wrap" style={{ gap: 24, alignItems: 'flex-start' }}>
          <Form.Item
            label={t('来源', 'Where it comes from')}
            extra={isSaved ? t('创建后不能改', 'Fixed once made') : kindHint(draft.kind)}
          >
            <Segmented
              disabled={isSaved}
              value={draft.kind}
              options={(['manual', 'rule', 'computed'] as const).map(value => ({ value, label: kindName(value) }))}
              onChange={kind => onChange({ kind })}
            />
          </Form.Item>
          {types.all.length > 0 && (
            <Form.Item label={t('用于', 'For')}>
              <Select
                disabled={isSaved}
                style={{ minWidth: 120 }}
                value={draft.typeId ?? 0}
                options={[
                  { value: 0, label: t('客户', 'People') },
                  ...types.all.map(type => ({ value: type.id, label: types.nameOf(type.id) })),
                ]}
                onChange={next => onChange({ typeId: next || null, rule: { kind: 'all', rules: [] } })}
              />
            </Form.Item>
          )}
        </div>
      </Form>
    </Panel>
  )
}

const kindHint = (kind: TagKind): string =>
  ({
    manual: t('店员、总部、活码、导入或接口打上', 'Put on by staff, headquarters, live codes, imports or the API'),
    rule: t('符合规则的人自动有，不符合就取下', 'Whoever fits a rule has it, and only they'),
    computed: t('从行为和资料算出一个值', 'A value worked out from what people did and are'),
  })[kind]
