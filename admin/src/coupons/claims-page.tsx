import { t } from '../i18n.ts'
import { Page } from '../parts/page.tsx'
import { CouponList } from './coupon-list.tsx'

export function CouponClaimsPage() {
  return (
    <Page
      title={t('领取与核销', 'Claims and redemptions')}
      text={t('每一张券在谁手里、用在了哪里。', 'Who holds each coupon, and where it was used.')}
    >
      <CouponList />
    </Page>
  )
}
