import { Form, InputNumber, Segmented } from 'antd'
import { t } from '../i18n.ts'
import { Panel } from '../parts/page.tsx'
import { StaffsPicker, StoresPicker } from '../parts/pickers.tsx'
import type { LiveCodeFields } from './editor-fields.ts'

export function BatchSection() {
  const form = Form.useFormInstance<LiveCodeFields>()
  const by = Form.useWatch('by', form) ?? 'store'
  return (
    <Panel title={t('每张码属于', 'One code per')}>
      <Form.Item name="by">
        <Segmented
          options={[
            { value: 'store', label: t('一家门店', 'Store') },
            { value: 'staff', label: t('一位员工', 'Staff member') },
            { value: 'parcel', label: t('一个包裹', 'Parcel') },
          ]}
          onChange={() => form.setFieldValue('targetIds', [])}
        />
      </Form.Item>
      {by === 'parcel' ? (
        <Form.Item
          name="count"
          label={t('多少张', 'How many')}
          rules={[{ required: true, message: t('请填写数量', 'Required') }]}
          style={{ marginBottom: 0 }}
        >
          <InputNumber min={1} max={2000} precision={0} />
        </Form.Item>
      ) : (
        <Form.Item
          name="targetIds"
          label={by === 'store' ? t('哪些门店', 'Which stores') : t('哪些员工', 'Which staff')}
          extra={t('留空为全部', 'All when empty')}
          style={{ marginBottom: 0 }}
        >
          {by === 'store' ? <StoresPicker /> : <StaffsPicker />}
        </Form.Item>
      )}
    </Panel>
  )
}
