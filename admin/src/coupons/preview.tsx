import { Form, type FormInstance } from 'antd'
import { useNames } from '../app/me.ts'
import { moneyShort } from '../format.ts'
import { t } from '../i18n.ts'
import { CouponFace, Phone } from '../parts/phone.tsx'
import { type BatchFields, validityOf } from './editor-fields.ts'
import { conditionOf, headlineOf, validityText } from './words.tsx'

/** The coupon as it will stand in the coupon centre. */
export function CouponPreview({ form }: { form: FormInstance<BatchFields> }) {
  const fields = Form.useWatch([], { form, preserve: true }) as BatchFields | undefined
  const { storeName } = useNames()
  const stores = fields?.storeIds?.length ? fields.storeIds.map(storeName).join('、') : t('全部门店', 'All stores')
  return (
    <Phone title={t('领券中心', 'Coupon centre')}>
      <CouponFace
        headline={headlineOf(fields?.value)}
        condition={conditionOf(fields?.thresholdFen)}
        name={fields?.name ?? ''}
        lines={[validityText(validityOf(fields?.validity)), stores.length > 22 ? `${stores.slice(0, 22)}…` : stores]}
        button={
          fields?.priceFen
            ? t(`${moneyShort(fields.priceFen)} 购买`, `Buy ${moneyShort(fields.priceFen)}`)
            : t('立即领取', 'Claim')
        }
      />
      {fields?.rules && <p style={{ fontSize: 12, color: '#66736C', whiteSpace: 'pre-wrap' }}>{fields.rules}</p>}
      <p style={{ fontSize: 12, color: '#8C978F', textAlign: 'center' }}>
        {fields?.isMemberOnly && t('会员专享 · ', 'Members only · ')}
        {t(`每人限领 ${fields?.perPersonLimit ?? 1} 张`, `${fields?.perPersonLimit ?? 1} per person`)}
      </p>
    </Phone>
  )
}
