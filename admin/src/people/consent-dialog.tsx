import { App, Form, Input, Modal, Radio, Select } from 'antd'
import type { Input as InputOf } from '../api/call.ts'
import { sentenceOf } from '../api/errors.ts'
import { useCall, useCommand } from '../api/hooks.ts'
import { useBrandId, useMe } from '../app/me.ts'
import { t } from '../i18n.ts'
import { consentChannelName, purposeName } from './words.ts'

type Answer = InputOf<'consent.record'>['answers'][number]
type Fields = Answer & { brandId: number; note?: string }

/** Writes down what a person said on paper or on the phone. It is appended: nothing before is changed. */
export function ConsentDialog({ personId, onClose }: { personId: number; onClose: () => void }) {
  const { message } = App.useApp()
  const { brands } = useMe()
  const brandHere = useBrandId()
  const [form] = Form.useForm<Fields>()
  const brandId = Form.useWatch('brandId', form) ?? brandHere ?? undefined
  const purpose = Form.useWatch('purpose', form)
  const texts = useCall('consent.texts', { brandId, isCurrentOnly: true }, { enabled: Boolean(brandId) })
  const record = useCommand('consent.record', { refreshes: ['consent.', 'profiles.'] })
  const version = texts.data?.items.find(text => text.purpose === purpose)?.version
  const submit = async () => {
    const { note, brandId: brand, ...answer } = await form.validateFields()
    if (!version)
      return message.warning(
        t('这个品牌还没有发布这类协议文本，请先到「设置 · 协议文本」发布', 'Publish a text for this purpose first'),
      )
    try {
      await record.mutateAsync({ personId, brandId: brand, answers: [{ ...answer, textVersion: version }], note })
      message.success(t('已补录', 'Recorded'))
      onClose()
    } catch (error) {
      message.error(sentenceOf(error))
    }
  }
  return (
    <Modal
      open
      title={t('补录授权', 'Record consent')}
      okText={t('补录', 'Record')}
      cancelText={t('先不', 'Not now')}
      onOk={submit}
      onCancel={onClose}
      confirmLoading={record.isPending}
    >
      <Form
        form={form}
        layout="vertical"
        requiredMark={false}
        initialValues={{ brandId: brandHere ?? brands[0]?.id, purpose: 'marketing', channel: 'any', isGranted: false }}
      >
        <Form.Item name="brandId" label={t('品牌', 'Brand')} rules={[{ required: true }]}>
          <Select options={brands.map(brand => ({ value: brand.id, label: brand.name }))} />
        </Form.Item>
        <Form.Item name="purpose" label={t('用途', 'Purpose')}>
          <Radio.Group options={['marketing', 'service', 'privacy'].map(value => ({ value, label: purposeName(value) }))} />
        </Form.Item>
        <Form.Item name="channel" label={t('渠道', 'Channel')}>
          <Select
            options={['any', 'template', 'subscribe', 'wecom', 'sms'].map(value => ({ value, label: consentChannelName(value) }))}
          />
        </Form.Item>
        <Form.Item
          name="isGranted"
          label={t('客户的意思', 'What he said')}
          extra={version ? t(`对应协议版本 ${version}`, `Text version ${version}`) : undefined}
        >
          <Radio.Group
            options={[
              { value: true, label: t('同意', 'Agrees') },
              { value: false, label: t('不同意 / 撤回', 'Refuses or withdraws') },
            ]}
          />
        </Form.Item>
        <Form.Item name="note" label={t('依据', 'Evidence')}>
          <Input placeholder={t('例如：门店纸质会员表 2026-11-03', 'For example: paper form of 2026-11-03')} maxLength={200} />
        </Form.Item>
      </Form>
    </Modal>
  )
}
