import { Form, InputNumber, Select, Switch } from 'antd'
import { t } from '../i18n.ts'
import { Panel } from '../parts/page.tsx'
import type { PartProps } from './draft.ts'
import { valueKindName } from './words.ts'

/** What only tags put on by hand have: their kind of value, how long they are valid, one of a heading. */
export function ByHand({ draft, onChange, isSaved }: PartProps) {
  return (
    <Panel title={t('打标签时', 'When it is put on')}>
      <Form layout="vertical" requiredMark={false}>
        <Form.Item label={t('带的值', 'What it says')} extra={isSaved ? t('创建后不能改', 'Fixed once made') : undefined}>
          <Select
            disabled={isSaved}
            value={draft.valueKind}
            options={(['plain', 'choice', 'number', 'text'] as const).map(value => ({ value, label: valueKindName(value) }))}
            onChange={valueKind => onChange({ valueKind })}
          />
        </Form.Item>
        {draft.valueKind === 'choice' && (
          <Form.Item label={t('可选的值', 'Values')} extra={t('一个人只会有其中一个', 'Somebody has one of them at a time')}>
            <Select
              mode="tags"
              value={draft.choices}
              open={false}
              maxCount={100}
              placeholder={t('输入后回车，例如：干性', 'Type one and press Enter')}
              onChange={choices => onChange({ choices })}
            />
          </Form.Item>
        )}
        <Form.Item
          label={t('有效期', 'Valid for')}
          extra={t(
            '到期自动取下；重新打上会重新计时。修改只影响之后打上的。',
            'Comes off by itself; putting it on again starts anew. A change is for those put on later.',
          )}
        >
          <InputNumber
            min={1}
            max={3650}
            precision={0}
            value={draft.validDays}
            suffix={t('天', 'days')}
            placeholder={t('一直有效', 'For ever')}
            style={{ width: 160 }}
            onChange={validDays => onChange({ validDays })}
          />
        </Form.Item>
        {draft.groupName && (
          <Form.Item
            label={t('同一分类只能有一个', 'Only one of its category')}
            extra={t('打上这个，会取下同一分类的其他手工标签', 'Putting it on takes the others of its category off')}
          >
            <Switch checked={draft.isExclusive} onChange={isExclusive => onChange({ isExclusive })} />
          </Form.Item>
        )}
      </Form>
    </Panel>
  )
}
