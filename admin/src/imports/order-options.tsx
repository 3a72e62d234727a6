import { Input, Select, Switch } from 'antd'
import { t } from '../i18n.ts'
import { Hint } from '../parts/bits.tsx'
import { Panel } from '../parts/page.tsx'
import { BrandPicker } from '../parts/pickers.tsx'

export type ImportOptions = {
  brandId?: number
  currency?: string
  platform?: string
  earnsPoints?: boolean
  joinsMembers?: boolean
  /** Of a static segment: see list-options.tsx. */
  name?: string
  typeId?: number
  attribute?: string
}

/** What an order file cannot say by itself. */
export function OrderOptions({
  value,
  onChange,
  needsBrand,
}: {
  value: ImportOptions
  onChange: (value: ImportOptions) => void
  needsBrand: boolean
}) {
  const set = (patch: ImportOptions) => onChange({ ...value, ...patch })
  return (
    <Panel title={t('这些订单', 'These orders')}>
      <div className="by-row by-wrap" style={{ gap: '12px 24px', alignItems: 'center' }}>
        {needsBrand && (
          <span className="by-row">
            {t('属于', 'Brand')}
            <span style={{ width: 180 }}>
              <BrandPicker
                value={value.brandId ?? null}
                onChange={brandId => set({ brandId: brandId ?? undefined })}
                placeholder={t('选择品牌', 'Choose')}
              />
            </span>
          </span>
        )}
        <span className="by-row">
          {t('币种', 'Currency')}
          <Select
            value={value.currency ?? 'CNY'}
            style={{ width: 96 }}
            options={['CNY', 'GBP', 'USD', 'EUR', 'HKD', 'JPY'].map(code => ({ value: code, label: code }))}
            onChange={currency => set({ currency })}
          />
        </span>
        <span className="by-row">
          {t('客户编号来自', 'Customer ids are of')}
          <Hint
            text={t(
              '文件里的客户编号是哪个平台的，例如 tmall、erp；同一平台的同一编号认成同一个人',
              'The platform whose customer numbers these are',
            )}
          />
          <Input
            value={value.platform ?? ''}
            maxLength={40}
            placeholder="import"
            style={{ width: 120 }}
            onChange={event => set({ platform: event.target.value.trim() || undefined })}
            aria-label={t('平台', 'Platform')}
          />
        </span>
        <span className="by-row">
          <Switch
            size="small"
            checked={value.joinsMembers ?? false}
            onChange={joinsMembers => set({ joinsMembers })}
            id="joins-members"
          />
          <label htmlFor="joins-members">{t('把客户登记为会员', 'Enrol the customers')}</label>
        </span>
        <span className="by-row">
          <Switch
            size="small"
            checked={value.earnsPoints ?? false}
            onChange={earnsPoints => set({ earnsPoints })}
            id="earns-points"
          />
          <label htmlFor="earns-points">{t('补发积分', 'Give points for them')}</label>
        </span>
      </div>
    </Panel>
  )
}
