import { Alert, Form, Input, InputNumber, Radio, Select } from 'antd'
import { Link } from 'react-router'
import { useCall } from '../api/hooks.ts'
import { t } from '../i18n.ts'
import { InstantInput } from '../parts/fields.tsx'
import { MiniPageInput } from '../parts/mini-page-input.tsx'
import { Panel } from '../parts/page.tsx'
import { SegmentPicker } from '../parts/pickers.tsx'
import type { CampaignFields } from './editor-fields.ts'
import { FieldValues } from './field-values.tsx'
import { channelName, purposeOptions, type Template } from './words.tsx'

export function AudienceSection() {
  const form = Form.useFormInstance<CampaignFields>()
  const trigger = Form.useWatch('trigger', form)
  return (
    <Panel title={t('发给谁', 'To whom')}>
      <Form.Item
        name="name"
        label={t('名称', 'Name')}
        rules={[{ required: true, message: t('请给群发起个名字', 'Give it a name') }]}
        extra={t('只有您和同事看得到', 'Only you and your colleagues see it')}
      >
        <Input maxLength={60} showCount placeholder={t('例如：青枝以上 · 新品试用邀请', 'For example: trial invitation')} />
      </Form.Item>
      <Form.Item
        name="segmentId"
        label={t('人群', 'Segment')}
        rules={[{ required: true, message: t('请选择人群', 'Choose a segment') }]}
        extra={<Link to="/admin/segments/new">{t('还没有合适的？去圈一个', 'None fits? Make one')}</Link>}
      >
        <SegmentPicker />
      </Form.Item>
      <Form.Item
        name="trigger"
        label={t('什么时候发', 'When')}
        style={{ marginBottom: 0 }}
        extra={
          trigger === 'onEnter' ? t('现在已经在人群里的人不会收到', 'Those already in the segment do not get it') : undefined
        }
      >
        <Radio.Group
          options={[
            { value: 'once', label: t('给现在人群里的人发一次', 'Once, to everybody in it now') },
            { value: 'onEnter', label: t('每当有人进入人群，就发给他', 'To each person when he enters') },
          ]}
        />
      </Form.Item>
    </Panel>
  )
}

/** Purpose first: it decides which channels are lawful. */
export function TemplateSection({ templates }: { templates: ReturnType<typeof useCall<'messageTemplates.list'>> }) {
  const form = Form.useFormInstance<CampaignFields>()
  const purpose = Form.useWatch('purpose', form) ?? 'service'
  const items = (templates.data?.items ?? []).filter(one => one.purpose === purpose)
  const group = (channel: Template['channel']) => ({
    label: channelName(channel),
    title: channel,
    options: items
      .filter(one => one.channel === channel)
      .map(one => ({ value: one.id, label: `${one.title} · ${one.connectionName}` })),
  })
  return (
    <Panel title={t('用什么发', 'By what')}>
      <Form.Item name="purpose" label={t('这条消息是', 'This message is')}>
        <Radio.Group vertical onChange={() => form.setFieldValue('templateId', undefined)} options={purposeOptions()} />
      </Form.Item>
      {purpose === 'marketing' && (
        <Alert
          type="warning"
          showIcon
          style={{ marginBottom: 16 }}
          title={t('营销内容不能用服务号模板消息', 'Offers may not go by template message')}
          description={t(
            '平台只允许模板消息发服务通知，发营销会被拦截并可能收回权限。合规的做法依次是：小程序订阅消息（有额度的客户）→ 企业微信群发任务（店员确认后发出）→ 短信。',
            'The platform allows service notices only. Lawful ways, in order: subscribe messages (people with credits), a WeCom task that staff confirm, SMS.',
          )}
        />
      )}
      <Form.Item
        name="templateId"
        label={t('模板', 'Template')}
        rules={[{ required: true, message: t('请选择模板', 'Choose a template') }]}
        style={{ marginBottom: 0 }}
        extra={
          items.length === 0 && templates.data ? (
            <Link to="/admin/message-templates">{t('没有可用的模板，去登记一个', 'No template: register one')}</Link>
          ) : undefined
        }
      >
        <Select
          placeholder={t('选择模板', 'Choose a template')}
          loading={templates.isPending}
          options={[group('subscribe'), group('template')].filter(one => one.options.length > 0)}
          showSearch={{ optionFilterProp: 'label' }}
        />
      </Form.Item>
    </Panel>
  )
}

export function ContentSection({ template }: { template: Template }) {
  return (
    <Panel
      title={t('内容', 'Content')}
      extra={
        <span className="by-small by-soft">
          {template.channel === 'template'
            ? t('超出的字会被平台静默截断', 'The platform cuts what is too long')
            : t('超出的字会被平台拒收', 'The platform refuses what is too long')}
        </span>
      }
    >
      <FieldValues template={template} name={['content', 'values']} />
      <Form.Item
        name={['content', 'page']}
        label={t('点开后去哪里', 'A tap leads to')}
        extra={t('点击会被统计', 'Clicks are counted')}
        style={{ marginBottom: 0 }}
      >
        <MiniPageInput maxLength={300} placeholder={t('选择页面，或填 https 网址', 'Choose a page, or type an https address')} />
      </Form.Item>
    </Panel>
  )
}

/** Somebody's three vehicles: one message that names them, or three. */
function PerThing() {
  const form = Form.useFormInstance<CampaignFields>()
  const segmentId = Form.useWatch('segmentId', form)
  const segment = useCall('segments.get', { segmentId: segmentId ?? 0 }, { enabled: Boolean(segmentId), retry: false })
  if (!segmentId || !segment.data?.typeId) return null
  return (
    <Form.Item name="perThing" label={t('一人有多个时', 'When somebody has several')}>
      <Radio.Group
        options={[
          { value: false, label: t('合并成一条，列出名称', 'One message that names them') },
          { value: true, label: t('每个一条', 'One message each') },
        ]}
      />
    </Form.Item>
  )
}

export function WhenSection() {
  const form = Form.useFormInstance<CampaignFields>()
  const trigger = Form.useWatch('trigger', form)
  const whenQuiet = Form.useWatch('whenQuiet', form)
  return (
    <Panel title={t('时间与打扰', 'Time and quiet')}>
      <PerThing />
      {trigger !== 'onEnter' && (
        <Form.Item name="sendAt" label={t('定时', 'Schedule')} extra={t('留空为立即发送', 'At once when empty')}>
          <InstantInput placeholder={t('立即发送', 'At once')} />
        </Form.Item>
      )}
      <Form.Item
        name="whenQuiet"
        label={t('遇到免打扰或频控时', 'In quiet hours or over the cap')}
        style={{ marginBottom: whenQuiet === 'wait' ? 12 : 0 }}
      >
        <Radio.Group
          options={[
            { value: 'wait', label: t('等到可以发的时候', 'Wait until it is allowed') },
            { value: 'skip', label: t('这次不发给他', 'Leave him out') },
          ]}
        />
      </Form.Item>
      {whenQuiet === 'wait' && (
        <div className="by-row">
          {t('最多等', 'At most')}
          <Form.Item name="waitHoursMax" noStyle>
            <InputNumber min={1} max={168} precision={0} style={{ width: 80 }} aria-label={t('小时', 'Hours')} />
          </Form.Item>
          {t('小时，过了就不发', 'hours, then not at all')}
        </div>
      )}
    </Panel>
  )
}
