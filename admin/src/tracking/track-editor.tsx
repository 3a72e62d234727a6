import { DeleteOutlined, PlusOutlined } from '@ant-design/icons'
import { Alert, Button, Checkbox, Drawer, Form, Input, Select, Switch } from 'antd'
import { useState } from 'react'
import type { Input as InputOf } from '../api/call.ts'
import { sentenceOf } from '../api/errors.ts'
import { useCall, useCommand } from '../api/hooks.ts'
import { t } from '../i18n.ts'
import { fieldLabel } from '../selection/groups.ts'
import { fieldsOf, type Planned } from './track-plan-page.tsx'

type Fields = InputOf<'trackPlan.update'>

export function TrackEditor({ track, onClose }: { track: Planned | null; onClose: () => void }) {
  const [form] = Form.useForm<Fields>()
  const [failure, setFailure] = useState<string | null>(null)
  const update = useCommand('trackPlan.update', { refreshes: ['trackPlan.', 'selection.'] })
  const types = useCall('subjectTypes.list', {}, { staleTime: 60_000 })
  const submit = async () => {
    const fields = await form.validateFields()
    setFailure(null)
    try {
      await update.mutateAsync({
        ...fields,
        name: track?.name ?? fields.name,
        properties: fields.properties ?? [],
        subjectTypeId: fields.subjectTypeId ?? null,
        ...(track ? { version: track.version } : {}),
      })
      onClose()
    } catch (error) {
      setFailure(sentenceOf(error))
    }
  }
  return (
    <Drawer
      open
      size={680}
      title={track ? fieldLabel(track) : t('新增行为', 'New track')}
      onClose={onClose}
      extra={
        <Button type="primary" onClick={submit} loading={update.isPending}>
          {t('保存', 'Save')}
        </Button>
      }
    >
      <Form
        form={form}
        layout="vertical"
        requiredMark={false}
        initialValues={track ? { name: track.name, ...fieldsOf(track) } : { isOnTimeline: true, properties: [] }}
      >
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
        <Form.Item name="owner" label={t('负责人', 'Owner')}>
          <Input maxLength={60} placeholder={t('例如：增长组', 'For example: the growth team')} />
        </Form.Item>
        <Form.Item name="description" label={t('说明', 'Description')}>
          <Input.TextArea
            maxLength={500}
            autoSize={{ minRows: 2, maxRows: 6 }}
            placeholder={t('什么时候发生，用来做什么', 'When it happens, and what it is for')}
          />
        </Form.Item>
        <Form.Item
          name="subjectTypeId"
          label={t('是谁的行为', 'Whose it is')}
          extra={t('收到数据后不能再改', 'Fixed once something was received')}
        >
          <Select
            allowClear
            disabled={track?.isBuiltIn}
            placeholder={t('人', 'People')}
            options={(types.data ?? []).map(type => ({ value: type.id, label: t(type.zh, type.en || type.zh) }))}
          />
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
                    <Form.Item name={[item.name, 'example']} noStyle>
                      <Input
                        placeholder={t('示例', 'Example')}
                        aria-label={t('示例', 'Example')}
                        maxLength={100}
                        style={{ width: 110 }}
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
                  <Button
                    size="small"
                    icon={<PlusOutlined />}
                    onClick={() => add({ kind: 'text', isRequired: false, example: '' })}
                  >
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
        <Form.Item
          name="isFromClients"
          label={t('允许客户端上报', 'Taken from clients')}
          extra={t(
            '网页和 App 可以用公开的客户端密钥上报；任何人都能看到这把密钥，不要用于发奖励的行为。',
            'Pages and apps may send it with a public key; anybody can read that key, so reward nothing by it.',
          )}
          valuePropName="checked"
        >
          <Switch disabled={track?.isBuiltIn && !track.isFromClients} />
        </Form.Item>
        {track && Object.keys(track.example).length > 0 && (
          <Form.Item label={t('示例', 'Example')}>
            <pre className="by-small" style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere', margin: 0 }}>
              {`banyan.track('${track.name}', ${JSON.stringify(track.example)})`}
            </pre>
          </Form.Item>
        )}
      </Form>
    </Drawer>
  )
}
