import { App, Button, Form, InputNumber } from 'antd'
import { sentenceOf } from '../api/errors.ts'
import { useCall, useCommand } from '../api/hooks.ts'
import { useBrandId, useMay } from '../app/me.ts'
import { t } from '../i18n.ts'
import { Panel } from '../parts/page.tsx'
import { Loaded } from '../parts/states.tsx'

const KEY = 'orders.tills'

/** How far back tills and other systems may date a purchase: of the chosen brand, or of all that have no rule of their own. */
export function TillRulesPanel() {
  const brandId = useBrandId()
  const own = useCall('settings.get', { key: KEY, brandId })
  const general = useCall('settings.get', { key: KEY, brandId: null })
  return (
    <Panel title={t('收银补传', 'Late purchases')}>
      <Loaded of={own}>
        {({ value, updatedAt }) => (
          <Loaded of={general}>
            {all => <DaysForm key={brandId} brandId={brandId} days={Number((updatedAt ? value : all.value).backdateDaysMax)} />}
          </Loaded>
        )}
      </Loaded>
    </Panel>
  )
}

function DaysForm({ brandId, days }: { brandId: number | null; days: number }) {
  const { message } = App.useApp()
  const may = useMay()
  const update = useCommand('settings.update')
  const save = async (value: { backdateDaysMax: number }) => {
    try {
      await update.mutateAsync({ key: KEY, brandId, value })
      message.success(t('已保存，立即生效', 'Saved; it holds at once'))
    } catch (error) {
      message.error(sentenceOf(error))
    }
  }
  return (
    <Form initialValues={{ backdateDaysMax: days }} onFinish={save} disabled={!may('settings.update')}>
      <div className="by-row by-wrap">
        {t('收银等系统最多可补传', 'Tills and other systems may send purchases of up to')}
        <Form.Item name="backdateDaysMax" noStyle rules={[{ required: true, message: t('填天数', 'Enter days') }]}>
          <InputNumber min={0} max={3650} precision={0} style={{ width: 88 }} aria-label={t('天数', 'Days')} />
        </Form.Item>
        {t('天前的消费', 'days ago')}
        <Button htmlType="submit" loading={update.isPending}>
          {t('保存', 'Save')}
        </Button>
      </div>
      <p className="by-small by-soft" style={{ marginTop: 8 }}>
        {brandId === null
          ? t(
              '对没有单独设置的品牌生效；更早的消费请用导入。',
              'For brands without their own rule. Older purchases are imported.',
            )
          : t('只对当前品牌生效；更早的消费请用导入。', 'For this brand. Older purchases are imported.')}
      </p>
    </Form>
  )
}
