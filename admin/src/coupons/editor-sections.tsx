import { Form, Input, InputNumber, Segmented, Select, Switch } from 'antd'
import { useCall } from '../api/hooks.ts'
import { useBrandId } from '../app/me.ts'
import { t } from '../i18n.ts'
import { FenInput, InstantRange } from '../parts/fields.tsx'
import { Panel } from '../parts/page.tsx'
import { StoresPicker } from '../parts/pickers.tsx'
import type { BatchFields } from './editor-fields.ts'
import { kindName, type Value } from './words.tsx'

const kinds: Value['kind'][] = ['cash', 'percentage', 'exchange', 'gift', 'service', 'freight']
const required = (zh: string, en: string) => [{ required: true, message: t(zh, en) }]

export function ValueSection({ isFixed }: { isFixed: boolean }) {
  const form = Form.useFormInstance<BatchFields>()
  const kind = Form.useWatch(['value', 'kind'], form) ?? 'cash'
  return (
    <Panel title={t('券值', 'Worth')}>
      <Form.Item name={['value', 'kind']} label={t('类型', 'Kind')}>
        <Segmented
          className="by-segmented-wraps"
          disabled={isFixed}
          options={kinds.map(value => ({ value, label: kindName(value) }))}
        />
      </Form.Item>
      <div className="by-grid" style={{ gap: '0 16px' }}>
        <div className="span-6">
          <Form.Item
            name="name"
            label={t('名称', 'Name')}
            rules={required('请填写名称', 'Required')}
            extra={t('客户在券包里看到的名字', 'What the holder reads')}
          >
            <Input maxLength={60} showCount placeholder={t('例如：新人礼 20 元券', 'For example: welcome ¥20')} />
          </Form.Item>
        </div>
        {kind === 'cash' && (
          <div className="span-6">
            <Form.Item name={['value', 'amountFen']} label={t('面额', 'Amount')} rules={required('请填写面额', 'Required')}>
              <FenInput disabled={isFixed} min={0.01} />
            </Form.Item>
          </div>
        )}
        {kind === 'percentage' && (
          <div className="span-6">
            <Form.Item
              name={['value', 'percentOff']}
              label={t('减免比例', 'Percent off')}
              rules={required('请填写比例', 'Required')}
              extra={t('15 就是 8.5 折', '15 takes 15% off')}
            >
              <InputNumber disabled={isFixed} min={1} max={99} precision={0} suffix="%" style={{ width: 160 }} />
            </Form.Item>
          </div>
        )}
        {(kind === 'exchange' || kind === 'gift' || kind === 'service') && (
          <div className="span-6">
            <Form.Item
              name={['value', 'item']}
              label={kind === 'service' ? t('服务项目', 'Service') : t('商品', 'Item')}
              rules={required('请填写', 'Required')}
            >
              <Input disabled={isFixed} maxLength={60} />
            </Form.Item>
          </div>
        )}
        {kind === 'service' && (
          <div className="span-6">
            <Form.Item name={['value', 'times']} label={t('可用次数', 'Times')} rules={required('请填写次数', 'Required')}>
              <InputNumber disabled={isFixed} min={1} max={100} precision={0} />
            </Form.Item>
          </div>
        )}
        {(kind === 'percentage' || kind === 'freight') && (
          <div className="span-6">
            <Form.Item name={['value', 'capFen']} label={t('最多减免', 'At most')} extra={t('留空不封顶', 'No cap when empty')}>
              <FenInput disabled={isFixed} />
            </Form.Item>
          </div>
        )}
        <div className="span-6">
          <Form.Item name="thresholdFen" label={t('使用门槛', 'Minimum')} extra={t('0 为无门槛', '0: none')}>
            <FenInput disabled={isFixed} />
          </Form.Item>
        </div>
        <div className="span-6">
          <Form.Item
            name="priceFen"
            label={t('售价', 'Price')}
            extra={t('0 为免费领取；大于 0 时通过微信支付购买', '0: free; otherwise bought through WeChat Pay')}
          >
            <FenInput disabled={isFixed} />
          </Form.Item>
        </div>
      </div>
    </Panel>
  )
}

export function StockSection({ isFixed, stockMin }: { isFixed: boolean; stockMin: number }) {
  const form = Form.useFormInstance<BatchFields>()
  const kind = Form.useWatch(['validity', 'kind'], form) ?? 'relative'
  return (
    <Panel title={t('数量与时间', 'Stock and time')}>
      <div className="by-grid" style={{ gap: '0 16px' }}>
        <div className="span-6">
          <Form.Item
            name="stock"
            label={t('库存', 'Stock')}
            rules={required('请填写库存', 'Required')}
            extra={t('到了这个数就停，永不超发', 'Never more than this')}
          >
            <InputNumber min={stockMin} max={100_000_000} precision={0} style={{ width: 200 }} />
          </Form.Item>
        </div>
        <div className="span-6">
          <Form.Item
            name="perPersonLimit"
            label={t('每人限领', 'Per person')}
            rules={required('请填写', 'Required')}
            extra={t('按同一个人算，换微信号也不能多领', 'By person, over all his accounts')}
          >
            <InputNumber min={1} max={100} precision={0} suffix={t('张', '')} style={{ width: 120 }} />
          </Form.Item>
        </div>
      </div>
      <Form.Item name="open" label={t('领取时间', 'Open for claims')} rules={required('请选择领取时间', 'Required')}>
        <InstantRange />
      </Form.Item>
      <Form.Item name={['validity', 'kind']} label={t('有效期', 'Valid')}>
        <Segmented
          disabled={isFixed}
          options={[
            { value: 'relative', label: t('领取后若干天', 'Days from the claim') },
            { value: 'fixed', label: t('固定时间', 'Fixed dates') },
          ]}
        />
      </Form.Item>
      {kind === 'fixed' ? (
        <Form.Item name={['validity', 'range']} rules={required('请选择有效期', 'Required')} style={{ marginBottom: 0 }}>
          <InstantRange />
        </Form.Item>
      ) : (
        <div className="by-row by-wrap">
          {t('领取', 'From')}
          <Form.Item name={['validity', 'afterDays']} noStyle>
            <InputNumber
              disabled={isFixed}
              min={0}
              max={365}
              precision={0}
              style={{ width: 80 }}
              aria-label={t('几天后生效', 'Days until valid')}
            />
          </Form.Item>
          {t('天后生效，生效后', 'days after the claim, for')}
          <Form.Item name={['validity', 'days']} noStyle rules={required('请填写天数', 'Required')}>
            <InputNumber
              disabled={isFixed}
              min={1}
              max={3650}
              precision={0}
              style={{ width: 80 }}
              aria-label={t('有效天数', 'Days valid')}
            />
          </Form.Item>
          {t('天内有效（最后一天算整天）', 'days, the last counted whole')}
        </div>
      )}
    </Panel>
  )
}

export function RuleSection() {
  const brandId = useBrandId()
  const tiers = useCall('tiers.list', brandId ? { brandId } : {}, { retry: false })
  return (
    <Panel title={t('谁能领，在哪里用', 'Who and where')}>
      <div className="by-grid" style={{ gap: '0 16px' }}>
        <div className="span-6">
          <Form.Item
            name="isPublic"
            label={t('领券中心可见', 'In the coupon centre')}
            valuePropName="checked"
            extra={t('关闭后只能由店员、欢迎语或规则发放', 'Off: only given by staff, welcomes or rules')}
          >
            <Switch />
          </Form.Item>
        </div>
        <div className="span-6">
          <Form.Item name="isMemberOnly" label={t('仅会员可领', 'Members only')} valuePropName="checked">
            <Switch />
          </Form.Item>
        </div>
        <div className="span-6">
          <Form.Item name="tierRankMin" label={t('最低等级', 'Lowest tier')}>
            <Select
              options={[
                { value: 0, label: t('不限等级', 'Any') },
                ...(brandId ? (tiers.data ?? []) : []) // a rank names a tier only within one brand
                  .filter(tier => tier.rank > 0)
                  .map(tier => ({ value: tier.rank, label: t(`${tier.name}及以上`, `${tier.name} and up`) })),
              ]}
            />
          </Form.Item>
        </div>
        <div className="span-6">
          <Form.Item name="storeIds" label={t('可用门店', 'Stores')}>
            <StoresPicker brandId={brandId} />
          </Form.Item>
        </div>
      </div>
      <Form.Item
        name="rules"
        label={t('使用规则', 'Rules')}
        extra={t('客户展开后看到的小字', 'The small print that unfolds')}
        style={{ marginBottom: 0 }}
      >
        <Input.TextArea
          maxLength={2000}
          showCount
          autoSize={{ minRows: 3, maxRows: 10 }}
          placeholder={t('例如：不与其他优惠同享；特价商品除外。', 'For example: not with other offers.')}
        />
      </Form.Item>
    </Panel>
  )
}

export function CostSection() {
  const form = Form.useFormInstance<BatchFields>()
  const bearers = Form.useWatch('bearers', form)
  const sum = (bearers?.brand ?? 0) + (bearers?.store ?? 0) + (bearers?.group ?? 0)
  const box = (key: 'brand' | 'store' | 'group', label: string) => (
    <span className="by-row">
      {label}
      <Form.Item
        name={['bearers', key]}
        noStyle
        rules={[
          {
            validator: () =>
              total(form.getFieldValue('bearers')) === 100
                ? Promise.resolve()
                : Promise.reject(new Error(t('成本分摊之和必须是 100%', 'Must sum to 100%'))),
          },
        ]}
      >
        <InputNumber min={0} max={100} precision={0} suffix="%" style={{ width: 96 }} aria-label={label} />
      </Form.Item>
    </span>
  )
  return (
    <Panel
      title={t('成本由谁承担', 'Who bears the cost')}
      extra={<span className={`by-small ${sum === 100 ? 'by-soft' : 'by-red'}`}>{t(`合计 ${sum}%`, `${sum}% in all`)}</span>}
    >
      <div className="by-row by-wrap" style={{ gap: 24 }}>
        {box('brand', t('品牌', 'Brand'))}
        {box('store', t('门店', 'Store'))}
        {box('group', t('集团', 'Group'))}
      </div>
    </Panel>
  )
}

const total = (bearers: BatchFields['bearers'] | undefined) =>
  (bearers?.brand ?? 0) + (bearers?.store ?? 0) + (bearers?.group ?? 0)
