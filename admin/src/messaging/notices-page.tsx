import { Alert, App, Button, Drawer, Form, InputNumber, Select, Switch } from 'antd'
import { useState } from 'react'
import { sentenceOf } from '../api/errors.ts'
import { useCall, useCommand } from '../api/hooks.ts'
import { useBrandId, useMay } from '../app/me.ts'
import { number } from '../format.ts'
import { t } from '../i18n.ts'
import { useRun } from '../parts/confirm.tsx'
import { OfOneBrand } from '../parts/of-one-brand.tsx'
import { Page } from '../parts/page.tsx'
import { Loaded } from '../parts/states.tsx'
import { FieldValues } from './field-values.tsx'
import { MessagePreview } from './message-preview.tsx'
import { channelName, type Notice } from './words.tsx'

/** Built-in notices with a switch each; on only when they can really be sent. */
export function NoticesPage() {
  const may = useMay()
  const run = useRun()
  const notices = useCall('notices.list', {}, { enabled: useBrandId() !== null })
  const update = useCommand('notices.update')
  const [editing, setEditing] = useState<Notice | null>(null)
  return (
    <Page
      title={t('服务通知', 'Service notices')}
      text={t(
        '券要到期、积分有变动、等级将下降时自动告诉客户。只写事实，不写优惠。',
        'Told by themselves when a coupon ends, points change or a tier is about to drop. Facts only, no offers.',
      )}
    >
      <OfOneBrand>
        <Loaded of={notices}>
          {({ items }) => (
            <div className="by-stack-s">
              {items.map(notice => (
                <section key={notice.key} className="by-panel by-panel-body">
                  <div className="by-row by-between by-wrap" style={{ gap: 16 }}>
                    <div className="by-grow" style={{ minWidth: 240 }}>
                      <div className="by-row">
                        <Switch
                          checked={notice.isOn}
                          disabled={!may('notices.update') || (!notice.isOn && notice.missing !== null)}
                          onChange={isOn =>
                            run(
                              () => update.mutateAsync({ key: notice.key, isOn }),
                              isOn ? t('已开启', 'On') : t('已关闭', 'Off'),
                            )
                          }
                          aria-label={notice.name}
                        />
                        <b>{notice.name}</b>
                      </div>
                      <div className="by-soft" style={{ marginTop: 4 }}>
                        {notice.when} · {notice.templateTitle ?? t('还没有选模板', 'No template')}
                      </div>
                      {notice.missing && (
                        <div className="by-amber by-small" style={{ marginTop: 4 }}>
                          {notice.missing}
                        </div>
                      )}
                    </div>
                    <span className="by-soft by-small">
                      {t(`近 30 天发出 ${number(notice.sentLast30Days)} 条`, `${number(notice.sentLast30Days)} in 30 days`)}
                    </span>
                    {may('notices.update') && <Button onClick={() => setEditing(notice)}>{t('设置内容', 'Content')}</Button>}
                  </div>
                </section>
              ))}
            </div>
          )}
        </Loaded>
      </OfOneBrand>
      {editing && <NoticeEditor notice={editing} onClose={() => setEditing(null)} />}
    </Page>
  )
}

function NoticeEditor({ notice, onClose }: { notice: Notice; onClose: () => void }) {
  const { message } = App.useApp()
  const [form] = Form.useForm<{ templateId: number | null; content: Notice['content']; daysBefore: number }>()
  const [failure, setFailure] = useState<string | null>(null)
  const update = useCommand('notices.update')
  const templates = useCall('messageTemplates.list', { purpose: 'service', isActive: true, pageSize: 200 })
  const templateId = Form.useWatch('templateId', form) ?? notice.templateId
  const content = Form.useWatch('content', { form, preserve: true }) as Notice['content'] | undefined
  const template = templates.data?.items.find(one => one.id === templateId)
  const submit = async () => {
    const fields = await form.validateFields()
    setFailure(null)
    try {
      const values = Object.fromEntries(
        (template?.fields ?? []).map(field => [field.key, fields.content?.values?.[field.key] ?? '']),
      )
      await update.mutateAsync({
        key: notice.key,
        templateId: fields.templateId ?? null,
        daysBefore: fields.daysBefore,
        content: { values, page: fields.content?.page ?? '' },
      })
      message.success(t('已保存', 'Saved'))
      onClose()
    } catch (error) {
      setFailure(sentenceOf(error))
    }
  }
  return (
    <Drawer
      open
      size={560}
      title={notice.name}
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
        initialValues={{ templateId: notice.templateId, content: notice.content, daysBefore: notice.daysBefore }}
      >
        {failure && <Alert type="error" showIcon title={failure} style={{ marginBottom: 16 }} />}
        <Form.Item name="templateId" label={t('模板', 'Template')}>
          <Select
            allowClear
            placeholder={t('选择服务通知模板', 'Choose a template')}
            options={(templates.data?.items ?? []).map(one => ({
              value: one.id,
              label: `${one.title} · ${channelName(one.channel)}`,
            }))}
          />
        </Form.Item>
        {notice.key !== 'pointsChanged' && (
          <Form.Item name="daysBefore" label={t('提前几天', 'Days before')}>
            <InputNumber min={0} max={60} precision={0} suffix={t('天', 'd')} style={{ width: 120 }} />
          </Form.Item>
        )}
        {template && <FieldValues template={template} name={['content', 'values']} noticeKey={notice.key} />}
        {template && <MessagePreview template={template} content={content} />}
      </Form>
    </Drawer>
  )
}
