import { App, ColorPicker, Form, Input, InputNumber, Modal, Select } from 'antd'
import type { Input as InputOf } from '../api/call.ts'
import { sentenceOf } from '../api/errors.ts'
import { useCommand } from '../api/hooks.ts'
import { t } from '../i18n.ts'
import { FenInput } from '../parts/fields.tsx'
import type { Tier } from './tiers-panel.tsx'

type Fields = Omit<InputOf<'tiers.create'>, 'brandId'>

export function TierEditor({
  brandId,
  tier,
  rankNext,
  isEarned,
  onClose,
}: {
  brandId: number
  tier: Tier | null
  rankNext: number
  isEarned: boolean
  onClose: () => void
}) {
  const { message } = App.useApp()
  const [form] = Form.useForm<Fields>()
  const create = useCommand('tiers.create')
  const update = useCommand('tiers.update')
  const submit = async () => {
    const fields = await form.validateFields()
    try {
      if (tier) await update.mutateAsync({ tierId: tier.id, ...fields })
      else await create.mutateAsync({ ...fields, rank: rankNext, brandId })
      message.success(t('已保存，下次核算时生效', 'Saved; it holds from the next run'))
      onClose()
    } catch (error) {
      message.error(sentenceOf(error), 6)
    }
  }
  return (
    <Modal
      open
      title={tier ? t('修改等级', 'Edit the tier') : t('新增等级', 'New tier')}
      okText={t('保存', 'Save')}
      cancelText={t('先不', 'Not now')}
      onOk={submit}
      onCancel={onClose}
      confirmLoading={create.isPending || update.isPending}
    >
      <Form
        form={form}
        layout="vertical"
        requiredMark={false}
        initialValues={
          tier ?? {
            termMonths: 12,
            graceDays: 30,
            pointsPercent: 100,
            benefits: [],
            color: '#1F7A4D',
            thresholdFen: rankNext === 0 ? 0 : undefined,
          }
        }
      >
        <Form.Item name="name" label={t('名称', 'Name')} rules={[{ required: true, message: t('请填写名称', 'Required') }]}>
          <Input maxLength={20} showCount />
        </Form.Item>
        <Form.Item
          name="thresholdFen"
          label={isEarned ? t('门槛（积分）', 'Threshold in points') : t('门槛（窗口内消费）', 'Threshold, spent in the window')}
          rules={[{ required: true, message: t('请填写门槛', 'Required') }]}
        >
          {isEarned ? (
            <InputNumber min={0} precision={0} style={{ width: 160 }} />
          ) : (
            <FenInput disabled={(tier?.rank ?? rankNext) === 0} />
          )}
        </Form.Item>
        <div className="by-row by-wrap" style={{ gap: 16 }}>
          <Form.Item name="termMonths" label={t('任期', 'Term')}>
            <InputNumber min={1} max={36} precision={0} suffix={t('个月', 'mo')} style={{ width: 120 }} />
          </Form.Item>
          <Form.Item name="graceDays" label={t('宽限', 'Grace')}>
            <InputNumber min={0} max={90} precision={0} suffix={t('天', 'd')} style={{ width: 110 }} />
          </Form.Item>
          <Form.Item name="pointsPercent" label={t('积分倍率', 'Points')}>
            <InputNumber min={100} max={1000} step={10} precision={0} suffix="%" style={{ width: 120 }} />
          </Form.Item>
          <Form.Item
            name="color"
            label={t('卡面颜色', 'Card colour')}
            getValueFromEvent={color => color.toHexString().slice(0, 7)}
          >
            <ColorPicker disabledAlpha />
          </Form.Item>
        </div>
        <Form.Item
          name="benefits"
          label={t('权益', 'Benefits')}
          extra={t('每条回车确认，客户在会员中心看到', 'Enter after each; members read them')}
        >
          <Select
            mode="tags"
            maxCount={12}
            open={false}
            suffixIcon={null}
            placeholder={t('例如：生日双倍积分', 'For example: double points on birthdays')}
          />
        </Form.Item>
      </Form>
    </Modal>
  )
}
