import { many } from '@banyan/shared'
import { App, Form, Input, InputNumber, Modal } from 'antd'
import { sentenceOf } from '../api/errors.ts'
import { useCommand } from '../api/hooks.ts'
import { number } from '../format.ts'
import { t } from '../i18n.ts'

/** Points by hand: a posting with a reason that the member reads. */
export function AdjustPointsDialog({ personId, brandId, onClose }: { personId: number; brandId: number; onClose: () => void }) {
  const { message } = App.useApp()
  const [form] = Form.useForm<{ points: number; reason: string }>()
  const adjust = useCommand('points.adjust', { refreshes: ['points.', 'profiles.', 'desk.'] })
  const submit = async () => {
    const input = await form.validateFields()
    try {
      const { balance } = await adjust.mutateAsync({ personId, brandId, ...input })
      message.success(t(`已调整，可用积分 ${number(balance.available)}`, `Done. ${many(balance.available, 'point')} available`))
      onClose()
    } catch (error) {
      message.error(sentenceOf(error), 6)
    }
  }
  return (
    <Modal
      open
      title={t('调整积分', 'Adjust points')}
      okText={t('调整', 'Adjust')}
      cancelText={t('先不', 'Not now')}
      onOk={submit}
      onCancel={onClose}
      confirmLoading={adjust.isPending}
    >
      <Form form={form} layout="vertical" requiredMark={false}>
        <Form.Item
          name="points"
          label={t('增加或扣减', 'Points')}
          extra={t('正数为增加，负数为扣减', 'Negative takes away')}
          rules={[
            { required: true, message: t('请填写积分', 'Required') },
            { validator: (_r, v) => (v === 0 ? Promise.reject(new Error(t('不能是 0', 'Not 0'))) : Promise.resolve()) },
          ]}
        >
          <InputNumber precision={0} min={-1_000_000} max={1_000_000} style={{ width: 200 }} autoFocus />
        </Form.Item>
        <Form.Item
          name="reason"
          label={t('原因', 'Reason')}
          extra={t('客户会在积分明细里看到这句话', 'The member reads it in his history')}
          rules={[{ required: true, message: t('请填写原因', 'Required') }]}
        >
          <Input maxLength={100} showCount />
        </Form.Item>
      </Form>
    </Modal>
  )
}
