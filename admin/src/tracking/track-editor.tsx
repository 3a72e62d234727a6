import { DeleteOutlined, PlusOutlined } from '@ant-design/icons'
import { Alert, Button, Checkbox, Drawer, Form, Input, Select, Switch } from 'antd'
import { useState } from 'react'
import type { Input as InputOf } from '../api/call.ts'
import { sentenceOf } from '../api/errors.ts'
import { useCommand } from '../api/hooks.ts'
import { t } from '../i18n.ts'
import { fieldLabel } from '../selection/groups.ts'
import type { Planned } from './track-plan-page.tsx'

type Fields = InputOf<'trackPlan.update'>

export function TrackEditor({ track, onClose }: { track: Planned | null; onClose: () => void }) {
  const [form] = Form.useForm<Fields>()
  const [failure, setFailure] = useState<string | null>(null)
  const update = useCommand('trackPlan.update', { refreshes: ['trackPlan.', 'selection.'] })
  const submit = async () => {
    const fields = await form.validateFields()
    setFailure(null)
    try {
      await update.mutateAsync({ ...fields, name: track?.name ?? fields.name, properties: fields.properties ?? [] })
      onClose()
    } catch (error) {
      setFailure(sentenceOf(error))
    }
  }
  return (
    <Drawer
      open
      size={600}
      title={track ? fieldLabel(track) : t('新增行为', 'New track')}
      onClose={onClose}
      extra={
        <Button type="primary" onClick={submit} loading={update.isPending}>
          {t('保存', 'Save')}
        </Button>
      }
    >
      <Form form={form} layout="vertical" requiredMark={false} initialValues={track ?? { isOnTimeline: true, properties: [] }}>
        {failure && <Alert type="error" showIcon title={failure} style={{ marginBottom: 16 }} />}
        <Form.Item
          name="name"
          label={t('英文名', 'Name')}
          rules={[
            {
              required: true,
              pattern: /^[a-z][a-z0-9_]{0,59}$/,
              message: t('小写字母、数字和下划线', 'Small letters, digits and _'),
            },
          ]}
        >
          <Input disabled={Boolean(track)} placeholder="page_view" />
        </Form.Item>
        <Form.Item name="zh" label={t('中文名', 'In Chinese')} rules={[{ required: true, message: t('请填写', 'Required') }]}>
          <Input maxLength={30} />
        </Form.Item>
        <Form.List name="properties">
          {(items, { add, remove }) => (
            <Form.Item label={t('属性', 'Properties')}>
              <div className="by-stack-s">
                {items.map(item => (
                  <div key={item.key} className="by-row by-wrap">
                    <Form.Item
                      name={[item.name, 'key']}
                      noStyle
                      rules={[{ required: true, pattern: /^[A-Za-z][A-Za-z0-9_]{0,59}$/, message: t('英文名', 'Name') }]}
                    >
                      <Input placeholder="amountFen" style={{ width: 130 }} />
                    </Form.Item>
                    <Form.Item name={[item.name, 'zh']} noStyle rules={[{ required: true, message: t('中文名', 'In Chinese') }]}>
                      <Input placeholder={t('金额', 'Amount')} style={{ width: 120 }} />
                    </Form.Item>
                    <Form.Item name={[item.name, 'kind']} noStyle initialValue="text">
                      <Select
                        style={{ width: 92 }}
                        options={[
                          { value: 'text', label: t('文字', 'Text') },
                          { value: 'number', label: t('数字', 'Number') },
                          { value: 'flag', label: t('是否', 'Flag') },
                        ]}
                      />
                    </Form.Item>
                    <Form.Item name={[item.name, 'isRequired']} noStyle valuePropName="checked">
                      <Checkbox>{t('必填', 'Required')}</Checkbox>
                    </Form.Item>
                    <Button
                      type="text"
                      icon={<DeleteOutlined />}
                      onClick={() => remove(item.name)}
                      aria-label={t('删除属性', 'Remove')}
                    />
                  </div>
                ))}
                <div>
                  <Button size="small" icon={<PlusOutlined />} onClick={() => add({ kind: 'text', isRequired: false })}>
                    {t('加一个属性', 'Add a property')}
                  </Button>
                </div>
              </div>
            </Form.Item>
          )}
        </Form.List>
        <Form.Item name="isOnTimeline" label={t('显示在客户时间线', 'On the timeline')} valuePropName="checked">
          <Switch />
        </Form.Item>
      </Form>
    </Drawer>
  )
}
