import { Tabs } from 'antd'
import { useSearchParams } from 'react-router'
import { useBrandId, useMay, useMe } from '../app/me.ts'
import { t } from '../i18n.ts'
import { OfOneBrand } from '../parts/of-one-brand.tsx'
import { Page } from '../parts/page.tsx'
import { PhoneMeter } from './phone-meter.tsx'
import { PointRuleForm } from './point-rule-form.tsx'
import { TiersPanel } from './tiers-panel.tsx'

/** Tiers, point rules, and what asking for phones costs: of one brand at a time. */
export function MemberRulesPage() {
  const { brands } = useMe()
  const may = useMay()
  const brandHere = useBrandId()
  const [params, setParams] = useSearchParams()
  const brandId = brandHere ?? (Number(params.get('brand')) || brands[0]?.id)
  const tab = params.get('tab') ?? 'tiers'
  const change = (key: string, value: string) =>
    setParams(
      before => {
        const next = new URLSearchParams(before)
        next.set(key, value)
        return next
      },
      { replace: true },
    )
  return (
    <Page
      title={t('等级与积分', 'Tiers and points')}
      text={t(
        '改规则不会立刻动任何人：等级在下次核算时调整，已发的积分保留当初的到期日。',
        'Changing a rule moves nobody at once.',
      )}
    >
      {brandHere === null && brands.length > 1 && (
        <Tabs
          type="card"
          activeKey={String(brandId)}
          onChange={value => change('brand', value)}
          items={brands.map(brand => ({ key: String(brand.id), label: brand.name }))}
        />
      )}
      {brandId ? (
        <Tabs
          key={brandId}
          activeKey={tab}
          onChange={value => change('tab', value)}
          items={[
            { key: 'tiers', label: t('会员等级', 'Tiers'), children: <TiersPanel brandId={brandId} /> },
            ...(may('pointRules.get')
              ? [{ key: 'points', label: t('积分规则', 'Points'), children: <PointRuleForm brandId={brandId} /> }]
              : []),
            ...(may('memberAuth.phoneMeter')
              ? [{ key: 'phone', label: t('手机号授权费用', 'Phone cost'), children: <PhoneMeter brandId={brandId} /> }]
              : []),
          ]}
        />
      ) : (
        <OfOneBrand>{null}</OfOneBrand>
      )}
    </Page>
  )
}
