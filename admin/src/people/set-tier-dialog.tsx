import { App, Form, Input, Modal, Select } from 'antd'
import { sentenceOf } from '../api/errors.ts'
import { useCall, useCommand } from '../api/hooks.ts'
import { t } from '../i18n.ts'
import { InstantInput } from '../parts/fields.tsx'
import type { Membership } from './types.ts'

/** A tier by hand until a date: the reason stays in the audit. */
export function SetTierDialog({ membership, onClose }: { membership: Membership; onClose: () => void }) {
  const { message } = App.useApp()
  const [form] = Form.useForm<{ tierId: number; endsAt: string | null; reason: string }>()
  const tiers = useCall('tiers.list', { brandId: membership.brandId })
  const set = useCommand('members.setTier', { refreshes: ['members.', 'profiles.', 'people.'] })
  const submit = async () => {
    const fields = await form.validateFields()
    try {
      await set.mutateAsync({
        memberId: membership.memberId,
        tierId: fields.tierId,
        endsAt: fields.endsAt ?? null,
        reason: fields.reason,
      })
      message.success(t('等级已调整', 'The tier is set'))
      onClose()
    } catch (error) {
      message.error(sentenceOf(error), 6)
    }
  }
  return (
    <Modal
      open
      title={t(`调整等级 · ${membership.brandName}`, `Set the tier · ${membership.brandName}`)}
      okText={t('调整', 'Set')}
      cancelText={t('先不', 'Not now')}
      onOk={submit}
      onCancel={onClose}
      confirmLoading={set.isPending}
    >
      <Form
        form={form}
        layout="vertical"
        requiredMark={false}
        initialValues={{ tierId: membership.tierId ?? undefined, endsAt: membership.tierEndsAt }}
      >
        <Form.Item name="tierId" label={t('等级', 'Tier')} rules={[{ required: true, message: t('请选择等级', 'Required') }]}>
          <Select options={(tiers.data ?? []).map(tier => ({ value: tier.id, label: tier.name }))} />
        </Form.Item>
        <Form.Item
          name="endsAt"
          label={t('到什么时候', 'Until')}
          extra={t('到期后按规则重新核算', 'The rules decide again afterwards')}
        >
          <InstantInput />
        </Form.Item>
        <Form.Item name="reason" label={t('原因', 'Reason')} rules={[{ required: true, message: t('请填写原因', 'Required') }]}>
          <Input maxLength={60} />
        </Form.Item>
      </Form>
    </Modal>
  )
}
