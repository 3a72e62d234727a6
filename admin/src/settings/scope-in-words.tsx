import { Alert } from 'antd'
import { useNames } from '../app/me.ts'
import { t } from '../i18n.ts'

const NAMED_MAX = 3

/** What an operator with these brands and stores will see, said before it is saved. */
export function ScopeInWords({ brandIds, storeIds }: { brandIds: number[]; storeIds: number[] }) {
  const { brandName, storeName } = useNames()
  if (storeIds.length > 0) {
    const named = storeIds.slice(0, NAMED_MAX).map(storeName).join(t('、', ', '))
    const stores =
      storeIds.length > NAMED_MAX
        ? t(`${named} 等 ${storeIds.length} 家门店`, `${named} and ${storeIds.length - NAMED_MAX} more`)
        : named
    return (
      <Alert
        type="info"
        showIcon
        title={t(`只看得到 ${stores} 的客户`, `Sees only the people of ${stores}`)}
        description={t(
          '在这些门店入会、加了这些门店店员的企微、扫这些门店的活码而来、或在这里买过的人，才算这些门店的客户。客户、会员、券、订单、人群、概览的数字都只算他们；别店的客户搜索不到，像不存在一样。群发和新建的人群也只到他们；品牌的人群可以用，不能改。规则、模板、连接、导入、审计等整个品牌的事不开放。',
          'A person is a store’s by joining there, being a WeCom contact of its staff, coming by its live code, or buying there. People, members, coupons, orders, segments and the overview count only them; anybody else cannot be found, as if he were not there. Sends and new segments reach only them; the brand’s segments can be used, not changed. What concerns the whole brand (rules, templates, connections, imports, audit) is closed.',
        )}
      />
    )
  }
  const brands = brandIds.map(brandName).join(t('、', ', '))
  return (
    <Alert
      type="info"
      showIcon
      title={
        brandIds.length > 0
          ? t(`看得到 ${brands} 的全部客户和门店`, `Sees all people and stores of ${brands}`)
          : t('看得到所有品牌的全部客户和门店', 'Sees all people and stores of every brand')
      }
      description={
        brandIds.length > 0
          ? t('看不到其他品牌的客户、操作员、角色和密钥。', 'Not the people, operators, roles or keys of other brands.')
          : undefined
      }
    />
  )
}
