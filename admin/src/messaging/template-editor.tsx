import { DeleteOutlined, PlusOutlined } from '@ant-design/icons'
import { fieldKindOf, fieldLengthOf } from '@banyan/shared'
import { Alert, App, Button, Drawer, Form, Input, Radio, Select, Switch } from 'antd'
import { useState } from 'react'
import { Link } from 'react-router'
import type { Input as InputOf } from '../api/call.ts'
import { sentenceOf } from '../api/errors.ts'
import { useCall, useCommand } from '../api/hooks.ts'
import { t } from '../i18n.ts'
import { channelName, purposeOptions, type Template } from './words.tsx'

type Fields = InputOf<'messageTemplates.create'>

export function TemplateEditor({ template, onClose }: { template: Template | null; onClose: () => void }) {
  const { message } = App.useApp()
  const [form] = Form.useForm<Fields>()
  const [failure, setFailure] = useState<string | null>(null)
  const create = useCommand('messageTemplates.create')
  const update = useCommand('messageTemplates.update')
  const channels = useCall('messageChannels.list', {}, { staleTime: 300_000 })
  const connections = useCall('connections.list', {})
  const channel = Form.useWatch('channel', form) ?? template?.channel ?? 'subscribe'
  const purpose = Form.useWatch('purpose', form)
  const rows = (Form.useWatch('fields', form) ?? []) as ({ key?: string } | undefined)[]
  const connectionId = Form.useWatch('connectionId', form)
  const known = knownTemplates(connections.data?.find(one => one.id === connectionId)?.config)
  const shape = channels.data?.items.find(one => one.channel === channel)
  const submit = async () => {
    const fields = await form.validateFields()
    setFailure(null)
    try {
      if (template) await update.mutateAsync({ id: template.id, ...fields })
      else await create.mutateAsync(fields)
      message.success(t('已保存', 'Saved'))
      onClose()
    } catch (error) {
      setFailure(sentenceOf(error))
    }
  }
  const isUnlawful = channel === 'template' && purpose === 'marketing'
  return (
    <Drawer
      open
      size={560}
      title={template ? t('修改模板', 'Edit the template') : t('登记模板', 'Register a template')}
      onClose={onClose}
      extra={
        <Button type="primary" onClick={submit} loading={create.isPending || update.isPending} disabled={isUnlawful}>
          {t('保存', 'Save')}
        </Button>
      }
    >
      <Form
        form={form}
        layout="vertical"
        requiredMark={false}
        initialValues={
          template ?? { channel: 'subscribe', purpose: 'service', isActive: true, fields: [{ key: 'thing1', label: '' }] }
        }
      >
        {failure && <Alert type="error" showIcon title={failure} style={{ marginBottom: 16 }} />}
        <Form.Item name="channel" label={t('渠道', 'Channel')}>
          <Radio.Group
            disabled={Boolean(template)}
            optionType="button"
            options={(['subscribe', 'template'] as const).map(value => ({ value, label: channelName(value) }))}
          />
        </Form.Item>
        {shape && (
          <ul className="by-small by-soft" style={{ margin: '-8px 0 16px', paddingLeft: 18 }}>
            {shape.rules.map(rule => (
              <li key={rule}>{rule}</li>
            ))}
          </ul>
        )}
        <Form.Item name="purpose" label={t('用途', 'Purpose')} validateStatus={isUnlawful ? 'error' : undefined}>
          <Radio.Group vertical options={purposeOptions()} />
        </Form.Item>
        {isUnlawful && (
          <Alert
            type="error"
            showIcon
            style={{ marginBottom: 16 }}
            title={t('模板消息不能用于营销', 'A template message may not carry an offer')}
            description={t(
              '平台规定模板消息只发通知，违规会被收回权限。请改用小程序订阅消息，或企业微信群发任务、短信。',
              'Service notices only. Use a subscribe message, a WeCom task or SMS.',
            )}
          />
        )}
        <Form.Item
          name="connectionId"
          label={t('账号', 'Account')}
          rules={[{ required: true, message: t('请选择账号', 'Required') }]}
          extra={<Link to="/admin/connections">{t('管理平台连接', 'Manage connections')}</Link>}
        >
          <Select
            placeholder={t('选择账号', 'Choose an account')}
            options={(connections.data ?? [])
              .filter(one => !shape || one.type === shape.connectionType)
              .map(one => ({ value: one.id, label: `${one.name} · ${one.externalId}` }))}
          />
        </Form.Item>
        {!template && known.length > 0 && (
          <Form.Item label={t('账号里已有的模板', 'Templates of the account')}>
            <Select
              placeholder={t('选一个，编号和字段自动填好', 'Choose one: id and fields are filled in')}
              options={known.map(one => ({ value: one.templateId, label: one.title }))}
              onChange={(id: string) => {
                const chosen = known.find(one => one.templateId === id)
                if (chosen)
                  form.setFieldsValue({
                    templateId: chosen.templateId,
                    title: chosen.title,
                    fields: chosen.fields.map(({ key, label }) => ({ key, label })),
                  })
              }}
            />
          </Form.Item>
        )}
        <Form.Item
          name="templateId"
          label={t('模板编号', 'Template id')}
          rules={[{ required: true, message: t('请填写模板编号', 'Required') }]}
          extra={t('从微信后台复制', 'Copied from the WeChat console')}
        >
          <Input maxLength={64} />
        </Form.Item>
        <Form.Item name="title" label={t('标题', 'Title')} rules={[{ required: true, message: t('请填写标题', 'Required') }]}>
          <Input maxLength={60} />
        </Form.Item>
        <Form.List name="fields">
          {(items, { add, remove }) => (
            <Form.Item
              label={t('字段', 'Fields')}
              extra={t(
                '没有 first、remark 和颜色：平台自 2023 年 5 月起会去掉它们',
                'No first, remark or colours: the platform strips them since May 2023',
              )}
            >
              <div className="by-stack-s">
                {items.map(item => {
                  const key = rows[item.name]?.key ?? ''
                  return (
                    <div key={item.key} className="by-row">
                      <Form.Item
                        name={[item.name, 'key']}
                        noStyle
                        rules={[
                          {
                            required: true,
                            pattern: /^[A-Za-z_]+[A-Za-z0-9_]*$/,
                            message: t('例如 thing1', 'For example thing1'),
                          },
                        ]}
                      >
                        <Input placeholder="thing1" style={{ width: 150 }} />
                      </Form.Item>
                      <Form.Item name={[item.name, 'label']} noStyle rules={[{ required: true, message: t('名称', 'Label') }]}>
                        <Input placeholder={t('例如：优惠券名称', 'For example: coupon')} />
                      </Form.Item>
                      <span className="by-small by-soft by-nowrap" style={{ width: 76 }}>
                        {key ? `${kindWord(shape, key)} ≤${fieldLengthOf(channel, key)}` : ''}
                      </span>
                      <Button
                        type="text"
                        icon={<DeleteOutlined />}
                        disabled={items.length === 1}
                        onClick={() => remove(item.name)}
                        aria-label={t('删除字段', 'Remove')}
                      />
                    </div>
                  )
                })}
                {items.length < 10 && (
                  <div>
                    <Button
                      size="small"
                      icon={<PlusOutlined />}
                      onClick={() => add({ key: `thing${items.length + 1}`, label: '' })}
                    >
                      {t('加一个字段', 'Add a field')}
                    </Button>
                  </div>
                )}
              </div>
            </Form.Item>
          )}
        </Form.List>
        <Form.Item name="isActive" label={t('启用', 'Active')} valuePropName="checked">
          <Switch />
        </Form.Item>
      </Form>
    </Drawer>
  )
}

const kindWord = (shape: { fieldKinds: { kind: string; name: string }[] } | undefined, key: string) =>
  shape?.fieldKinds.find(one => one.kind === fieldKindOf(key))?.name ?? ''

type Known = { templateId: string; title: string; fields: { key: string; label: string }[] }

/** Templates that the connection already lists; absent where the platform was not asked. */
function knownTemplates(config: Record<string, unknown> | undefined): Known[] {
  return Array.isArray(config?.templates)
    ? (config.templates as Known[]).filter(one => one.templateId && Array.isArray(one.fields))
    : []
}
